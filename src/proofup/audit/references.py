"""Correlation ids as people read them out: whole, or in the short form of an error page."""

import re

REFERENCE = re.compile(r"([0-9a-f]{4})-?([0-9a-f]{4})|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def correlation_of(typed: str) -> str | None:
    """Return how the correlation id begins that somebody reads out; None if it is none."""
    found = REFERENCE.fullmatch(typed.strip().lower())
    if found is None:
        return None
    return found[1] + found[2] if found[1] else found[0]
