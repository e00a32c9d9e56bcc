"""Jobs: one act for many people, one after the other, whatever happens to the process meanwhile.

A job has no rule of its own. It calls the acts of ``administration``, and writes what became of a
person in the transaction of the act. So it can be killed at any moment, and goes on behind the
last person that is done.
"""
