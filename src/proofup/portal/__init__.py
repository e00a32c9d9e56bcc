"""The door through which people keep their own methods: Security info, and the notice's link.

Each page parses, calls one flow of ``registration`` and renders; what may be done, and whether a
proof is fresh enough for it, is never decided here.
"""
