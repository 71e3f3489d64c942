"""One module per resource family: `find` (how to search for it), `read` (record to view), `write` (view to JSON).

All pure. Reading is lenient: what a server holds oddly is not seen, never an exception. Writing is strict.
"""
