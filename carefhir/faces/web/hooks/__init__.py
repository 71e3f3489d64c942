"""CDS Hooks 2.0: what care management says inside the EHR, when a chart is opened, a stay ends, an order is signed."""
