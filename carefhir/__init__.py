"""carefhir."""
