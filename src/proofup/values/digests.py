"""Keyed digests, by which the service recognises what it has made without storing it."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

Digests: TypeAlias = Callable[..., Sequence[bytes]]
"""Returns the digests of the parts under every key of the service, the one in use first."""
