"""Hashing: passwords through Argon2id in bounded threads, and the list of common ones.

Owns what of passwords takes a core or a large table. What a password may be, and what is stored
of it, is ``directory``'s; when one is checked is decided by the flows.
"""
