"""Signs people in: the next step of a sign-in, its answers, and the sessions that come of it.

Owns sign-ins in progress and sessions. A step never sends a person to another step: each
returns, and ``dispatcher.next_step`` names what comes next. How a challenge lives is
``challenges``' business; who needs one is ``policy``'s.
"""
