"""The contract: what carefhir relies on in a FHIR server, tried on the sandbox and on a real HAPI alike."""
