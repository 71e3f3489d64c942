"""Carries steps out: gather, decide, commit; and takes up again what an interrupted run left half-done."""
