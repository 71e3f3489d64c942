"""Transitions: nobody falls between two buildings."""
