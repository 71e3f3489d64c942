"""Drivers: they send and sleep, nothing else. Every decision about a network stands in the flows they run."""
