"""Supervision: the one care manager, the provider behind them, and the programme they work in."""
