"""Storage: keeps all data in SQLite or PostgreSQL; the only package with SQL.

Owns the rows: each module has one table's statements, implements the port that reads it and writes
the changes that belong to it. Statements are written once; ``sqlite`` and ``postgresql`` run them.
``store.open_store`` joins the modules. Higher packages decide what a change means and when it
happens; here it is written completely or not at all.
"""
