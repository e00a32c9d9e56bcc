"""Hashing: passwords through Argon2id in bounded threads, and the list of common ones.

It also reads and verifies the hashes of other systems, so that imported users keep their passwords.
Owns the expensive parts of passwords. ``directory`` has the rules for passwords and the stored
credential; flows decide when to check one.
"""
