"""People: their public profile, their account, their password, their roles.

Owns what is known of a person apart from the ways they prove who they are, which are in
``methods`` and never mix with this: a profile number is no authentication number.
"""
