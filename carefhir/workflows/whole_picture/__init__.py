"""The overview and a plan, with what other steps' own rules say of them: the transition, the medicines, the copy."""
