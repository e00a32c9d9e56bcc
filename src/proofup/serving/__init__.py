"""Serving: the HTTP server around the application, guarded against peers that only take up room.

Owns the process's sockets, signals and log lines, and the certificates of ``--dev-tls``. What is
answered is the application's business.
"""
