"""What the operator's commands do to a whole database: change its keys, make a copy safe.

Owns the statements that go through whole tables, in pages; no request runs any of them. What a
new table means for them is written down here, and a test asks for it.
"""
