"""The door of OAuth 2.0 and OpenID Connect clients: metadata, keys, tokens.

It speaks Entra's dialect: paths begin with the tenant, and errors have Entra's shape and numbers.
"""
