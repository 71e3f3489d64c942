"""What the tests start and stop beside themselves: a real FHIR server and the HL7 validator."""
