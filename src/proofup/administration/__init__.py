"""Acts on other people's accounts and on the rules: one file each, called by every door.

An act takes an actor and a target as values. It asks ``policy.may_act`` first, and returns what it
changes with what it then has done, as a value to show; ``planned.carry_out`` writes it. So it can
be shown before it is done, and done for many. What people do to their own accounts is
``registration``'s.
"""
