"""What happened: entries, and the chain that makes a change of them visible.

Owns the shape of an entry and the arithmetic of the chain (security.md 4.8 in the design: each
row is bound to the one before by a keyed digest). Where rows lie is storage's; what is worth an
entry is decided by the flow that does it, in the same transaction.
"""
