"""Metrics: figures of a running service for Prometheus, counted by wrapping existing ports.

Owns the instruments, the wrappers that feed them, and the route at which they are read. No label
holds a name, a number, an address or a secret (security row KE4): each is a word from a fixed set.
The measured parts do not know that they are measured; only ``assembly`` does.
"""
