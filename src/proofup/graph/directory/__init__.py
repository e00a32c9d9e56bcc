"""The organisation: itself, its domains, roles, administrative units, and who is in which."""
