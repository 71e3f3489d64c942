"""The panel: what nobody has noticed about the people of a care manager."""
