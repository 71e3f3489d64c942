"""FHIR REST without a network: requests, answers and decisions about them as values. Knows no care management."""
