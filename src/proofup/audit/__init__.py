"""The audit log: its entries and events, and the chain that reveals changes to them.

Owns the fields of an entry, the events, and the computation of the chain: a keyed digest binds each
row to the one before. Storage keeps the rows. The flow that makes a change decides which entry it
writes, in the same transaction.
"""
