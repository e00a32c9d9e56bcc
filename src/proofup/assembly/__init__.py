"""The composition root: builds every concrete part from the settings and joins them.

One file for each of: storage, hashing, the challenge room, the flows, the carriers, and each door;
``service`` puts them together for a server. Each function returns one part, joined; a command or
a test asks for those that it needs. Nothing below imports this package, and it decides nothing.
"""
