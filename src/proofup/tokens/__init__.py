"""Records of applications, keys and grants, and the tokens that are made of them.

Owns what is stored of an application, how tokens are signed and verified, and how asked scopes are
read. The functions are pure: who gets a token is decided in ``granting``.
"""
