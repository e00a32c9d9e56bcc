"""Metrics: figures of a running service for Prometheus, counted where everything passes anyway.

Owns the instruments, what is wrapped to feed them, and the address at which they are read. No
label holds a name, a number, an address or a secret (security.md KE4): each is a word of ours,
out of a set that does not grow. Whoever is watched does not know; only the composition root does.
"""
