"""Coordination: what others do for the person is followed to its end, and what is known goes with them."""
