"""Notices: tell a person of changes to their account, over another channel than the change.

Owns the contents of notices, and their link "this wasn't me". The flow that makes a change decides
whether there is a notice, in the same transaction. ``pages`` renders mails, and ``delivery`` sends
them.
"""
