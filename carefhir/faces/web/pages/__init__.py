"""The pages: what a care manager works in all day.

Templates and one stylesheet; what a page says is worked out in Python, in values that templates only lay out. Nothing
here reads a FHIR server or decides about care: pages are made of what readings and steps return.
"""
