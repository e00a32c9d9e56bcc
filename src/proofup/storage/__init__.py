"""Keeps everything in SQLite or PostgreSQL, and is the only place that knows SQL.

Owns the rows: each file here holds one table's statements, implements the port that reads it and
writes the changes that belong to it. Statements are written once; ``sqlite`` and ``postgresql``
are the two ways to run them. ``store.open_store`` joins all of it. What a change means and when
it happens is decided above; here it happens wholly or not at all.
"""
