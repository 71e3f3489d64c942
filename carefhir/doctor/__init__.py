"""Asks a server what it can do, and says what that means for each step."""
