"""The composition root: builds every concrete part from the settings and joins them.

One file for each of: storage, hashing, the challenge room, the flows, the carriers, and each door;
``service`` puts them together for a server. Each function builds one part; a command or a test
calls those that it needs. No lower package imports this one, and it has no rules.
"""
