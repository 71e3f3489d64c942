"""The workflows: each step is one module with its command, needs, context and decision.

They don't import each other.
"""
