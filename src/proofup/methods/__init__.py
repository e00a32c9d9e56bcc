"""Authentication methods: one file for each, behind one protocol.

Owns what a method remembers (a document that only its own file reads), how it puts a question
and judges an answer. Nothing here does I/O, counts tries or decides who must answer: flows and
``policy`` do. A person's registered methods are private and are not the profile's numbers.
"""
