"""What one person's records mean: the chart, stays, facts, trends. Needs no network and no runner."""
