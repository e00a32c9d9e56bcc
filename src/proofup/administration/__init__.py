"""What is done to somebody else's account, by whoever answers for it.

It owns what such an act changes and whom it tells. Who may do it is for its callers to know: a
command of the host needs the host. What people do to their own account is ``registration``'s.
"""
