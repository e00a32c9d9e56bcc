"""The ways in which a proof is given.

A way is a word: Graph's ``userDefaultAuthenticationMethodType`` where Graph has one. What it means
is declared by the method that is answered in it.
"""

from typing import NewType

Way = NewType("Way", str)
