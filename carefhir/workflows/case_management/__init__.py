"""Case management: work around one event, with an end in sight, beside care management or without it."""
