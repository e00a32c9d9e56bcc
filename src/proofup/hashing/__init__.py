"""Hashing: passwords through Argon2id in bounded threads, and the list of common ones.

Reads the hashes of other systems and verifies them, so that people who move keep their passwords.
Owns what of passwords takes a core or a large table. What a password may be, and what is stored
of it, is ``directory``'s; when one is checked is decided by the flows.
"""
