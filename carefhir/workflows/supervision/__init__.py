"""Supervision: the one care manager, the provider behind them, and the program they work in."""
