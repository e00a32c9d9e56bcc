"""Tells a person what happened to their account, where the happening itself did not reach.

Owns the words' occasions and the link of a notice, by which its reader says that it was not them.
What is worth a notice is decided by the flow that does it, in the same transaction; how a mail
looks and travels is the web's and delivery's.
"""
