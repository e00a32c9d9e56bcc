"""Authentication methods: one module for each, behind one protocol.

Owns the stored data of a method (a document that only its own module reads), and how it makes
challenges and verifies answers. Nothing here does I/O, counts attempts or decides who must answer:
flows and ``policy`` do. A person's registered methods are private and separate from the profile's
numbers.
"""
