"""``applications`` and ``servicePrincipals``: two views of one record, and what they may do."""
