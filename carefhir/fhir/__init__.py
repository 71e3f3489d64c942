"""FHIR REST without a network: requests and answers as values, and what follows from them. Knows nothing about care
management."""
