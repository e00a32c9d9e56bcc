"""Methods as Graph has them: a module for each kind, found by the kind.

The only modules of this door that may name a method; the others use ``graph.resources``.
"""
