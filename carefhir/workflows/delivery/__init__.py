"""Delivery: what another home is to get of an act, and what came of it."""
