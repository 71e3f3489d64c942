"""Clinical content at work: loads artefacts from `profiles/`, scores with them, counts by them; holds none itself."""
