"""The parts of a URL that somebody sent."""

from urllib.parse import SplitResult, urlsplit


def url_parts(text: str) -> SplitResult:
    """Return the parts of ``text`` (RFC 3986); what is no URL has none."""
    try:
        return urlsplit(text)
    except ValueError:  # a bracket without its other half, letters that would become others
        return urlsplit("")
