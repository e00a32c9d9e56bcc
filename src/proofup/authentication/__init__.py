"""Authentication: the next step of a sign-in, its answers, and the resulting sessions.

Owns sign-ins in progress and sessions. A step never leads directly to another step: each returns,
and ``dispatcher.next_step`` names the next one. ``challenges`` owns the life cycle of a challenge;
``policy`` decides who needs one.
"""
