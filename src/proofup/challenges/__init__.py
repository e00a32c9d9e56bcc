"""Puts a question to a person's method and judges the answer, for sign-in and registration alike.

Owns the life of a challenge: the limits before it, the newest replacing the older, the count of
tries before each judgement, and its end by one conditional write. What an accepted answer is
worth is decided by the flow above; how a method asks and judges, by the method below.
"""
