"""A journey told on a sandbox or a server: what a nurse and an engineer see first."""
