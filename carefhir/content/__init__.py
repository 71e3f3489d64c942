"""Clinical content: loads artefacts from `profiles/`, scores and counts with them; contains none itself."""
