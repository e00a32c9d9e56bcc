"""Graph: the addresses, bodies and errors of Microsoft Graph, in front of Proofup's own acts.

Owns the dialect: addressing, OData, JSON, error bodies, paging and batches. What a caller may do is
decided by ``may_act``, and what becomes of it by the acts of ``administration`` and
``registration``; this door has no rule of its own. Cookies are not read here.
"""
