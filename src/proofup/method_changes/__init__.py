"""What every change of somebody's methods brings along, whoever makes it.

The row, the default, sessions that end, the notice, the text to a number that is gone, the entry of
the audit log, and the end of a registration that was demanded. A flow says who acts, what the
person has and what becomes of it, and writes the changes that it gets together with its own. Who
may do it, and by which proof, is for the flow.
"""
