"""Who gets a token, and what a token that is shown lets its holder do: one file for each grant.

Each grant is a flat list of named checks in the order of its specification. What is stored and how
tokens are made is ``tokens``'s; how a request is read and answered is the door's.
"""
