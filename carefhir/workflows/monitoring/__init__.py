"""Monitoring: the plan stays true."""
