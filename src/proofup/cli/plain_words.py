"""Facts as a person reads them: no types of Python, no brackets."""

from collections.abc import Mapping, Sequence

NOTHING = "—"


def in_words(value: object) -> str:
    """Return a fact of a command in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return " ".join(f"{name} {in_words(one)}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(in_words, value)) or NOTHING
    return str(value) if value else NOTHING
