"""A person's authentication: methods of all kinds, password, preferences and requirements."""
