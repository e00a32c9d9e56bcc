"""A person adds, changes and removes their own methods.

Owns changes in progress and their notices. A new number or app only counts after it has answered a
challenge. Until then the old one works; afterwards it never does. The rules are the same for every
door.
"""
