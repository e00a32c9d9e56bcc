"""Maintenance of a whole database by commands: key rotation, backup and restore.

Owns the statements that process whole tables, in pages; no request runs them. Each new table needs
an entry here, and a test checks this.
"""
