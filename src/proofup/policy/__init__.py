"""Decides: who needs a second proof, how fresh it must be, how often a thing may be tried.

Owns every figure and every rule that a door or a flow would otherwise make up by itself. Pure:
it is told what is the case and answers; an unknown case is a refusal.
"""
