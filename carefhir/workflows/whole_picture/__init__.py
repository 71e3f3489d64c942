"""The overview, with what other steps' own rules say of the transition and of the medicines."""
