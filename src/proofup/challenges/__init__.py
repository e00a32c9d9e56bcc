"""Challenges: starts them and judges their answers, for sign-in and registration alike.

Owns the life cycle of a challenge: the limits before it, replacing an older one, counting attempts
before judging, and its end by one conditional write. The flow decides the effect of an accepted
answer; the method decides how to ask and verify.
"""
