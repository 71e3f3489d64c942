"""What people and programs use: the Python clients, the command line, and the words on the terminal."""
