"""The authenticator app: an installable web page, and the addresses that its devices call.

Owns the page, its scripts and the dialect of devices. What a device may do is decided by the flows:
enrolment in ``registration``, answers in ``challenges``.
"""
