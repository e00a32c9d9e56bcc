"""What can happen, one class each, by topic; ``catalogue`` reads them back from the log.

A class is tagged with the word under which it is stored, and its fields are the facts. Words and
names of facts are never given a new meaning. A fact that is added later is optional, so that
older entries still read.

Facts are ids, counts, masked numbers and reasons, never a secret or a full number.
"""
