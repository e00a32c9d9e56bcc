"""The name of something that an administrator makes: a role, a unit."""

from proofup.values.errors import ProofupError

LONGEST = 100  # letters


class InvalidDisplayNameError(ProofupError):
    """A name has from 1 to LONGEST letters that show."""


def checked_display_name(text: str) -> str:
    """Return the name in ``text``, on one line. Raises InvalidDisplayNameError."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InvalidDisplayNameError
    return name


def checked_description(text: str | None) -> str | None:
    """Return what ``text`` says on one line, None of nothing. Raises InvalidDisplayNameError."""
    return checked_display_name(text) if text else None
