"""A value that must not be shown by accident."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", str, bytes)


@dataclass(frozen=True, slots=True, repr=False)
class Secret(Generic[T]):
    """Holds a string or bytes; only ``reveal`` returns them, ``repr`` and ``str`` hide them."""

    _value: T

    def reveal(self) -> T:
        """Return the value. Call this where the value is used, not where it is passed on."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"
