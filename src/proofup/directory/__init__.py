"""People: their public profiles, accounts, passwords, roles and units.

Owns everything about a person except the authentication methods, which are in ``methods``. The two
never mix: a phone number of the profile is not an authentication phone.
"""
