"""Taking back what another step did: it lies above the other rooms, because it works on what they wrote."""
