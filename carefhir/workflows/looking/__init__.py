"""Readings: what people look at. They write nothing, and give typed values that every face renders."""
