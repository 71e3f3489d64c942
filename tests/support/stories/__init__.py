"""Scenarios by workflow: what stands before, and the act."""
