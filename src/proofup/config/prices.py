"""Prices of messages: thousandths of the operator's own currency, so that sums are exact."""

import re
from collections.abc import Iterable, Mapping

from proofup.values.countries import is_country, no_country

PRICE = re.compile(r"([A-Z]{2})=(\d{1,6}(?:\.\d{1,3})?)")


def thousandths(amount: float | None) -> int | None:
    """Return ``amount`` in thousandths."""
    return None if amount is None else round(amount * 1000)


def prices(told: Iterable[str]) -> Mapping[str, int]:
    """Return the prices in ``GB=0.04`` and the like, by country. Raises ValueError."""
    found: dict[str, int] = {}
    for text in told:
        match = PRICE.fullmatch(text.strip())
        if match is None:
            message = f"{text!r} is no country with a price."
            raise ValueError(message)
        if not is_country(match[1]):
            raise ValueError(no_country(match[1]))
        found[match[1]] = round(float(match[2]) * 1000)
    return found
