"""What one person's records mean: the chart, stays, facts, trajectories. Needs no network and no runner."""
