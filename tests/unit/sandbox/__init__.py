"""Unit tests of the sandbox, file for file. What it shares with real servers is told in `tests/contract`."""
