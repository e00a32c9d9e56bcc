"""A person adds, changes and removes their own methods.

Owns changes in progress and the notices they raise. A number or app counts once it has answered
a challenge of its own; until then what was there before works, and afterwards it never does.
The rules are the same whichever door asks.
"""
