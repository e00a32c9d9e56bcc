"""The events, one class each, in a module for each topic; ``catalogue`` parses stored ones.

A class is tagged with the word under which it is stored; its fields are the facts. Words and names
of facts never change their meaning. A fact that is added later is optional, so that older entries
can still be read.

Facts are ids, counts, masked numbers and reasons, never a secret or a full number.
"""
