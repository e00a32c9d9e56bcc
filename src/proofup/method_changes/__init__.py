"""Everything that belongs to a change of methods, for every actor.

That is: the row, the default, sessions that end, the notice, the farewell text to a removed number,
the audit entry, and the end of a required registration. A flow passes the actor, the person's
methods and the change, and writes the returned changes together with its own. The flow decides who
may do it and with which proof.
"""
