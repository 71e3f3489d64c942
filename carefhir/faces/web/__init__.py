"""The service: the catalog over HTTP, as FHIR operations and as plain JSON. Only `carefhir serve` loads it."""
