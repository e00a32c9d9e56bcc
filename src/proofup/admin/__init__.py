"""The admin centre: people are found, looked at, and helped.

Owns its pages. What an administrator may do, and what becomes of it, is decided by the acts of
``administration``; this door reads forms, calls one act and shows what it has done.
"""
