"""Serving: the HTTP server around the application, guarded against clients that hold resources.

Owns the process's sockets, signals and log lines, and the certificates of ``--dev-tls``. The
application decides the answers.
"""
