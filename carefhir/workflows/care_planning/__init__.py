"""Care planning: proposed from pathways, agreed with the patient, signed by a provider, or returned."""
