"""Several workers, on a real Redis (scripts/test-redis)."""
