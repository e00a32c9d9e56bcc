"""A forgotten password: proofs by registered methods, then a new password, and no session.

Every name is answered alike, known or not, until a first proof was right. The steps are stored and
judged anew at each request.
"""
