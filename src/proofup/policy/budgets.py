"""Which numbers may be texted or called, and how often a country and the whole service may be."""

from datetime import timedelta

from msgspec import Struct

from proofup.policy.limits import Limit
from proofup.values.errors import ProofupError

DAY = timedelta(days=1)


class CountryNotServedError(ProofupError):
    """This country is not served here; ``country`` is its ISO 3166 code, if known."""

    def __init__(self, country: str | None) -> None:
        super().__init__(country)
        self.country = country


class Budget(Struct, frozen=True, kw_only=True):
    """What the operator allows of ``kind``, texts or calls: ``countries`` is None for all."""

    kind: str = "texts"
    countries: frozenset[str] | None = None
    per_day: int = 10_000
    per_day_and_country: int = 2_000

    def check_country(self, country: str | None) -> None:
        """Raise CountryNotServedError unless ``country`` is served."""
        if self.countries is not None and country not in self.countries:
            raise CountryNotServedError(country)

    @property
    def service_limit(self) -> Limit:
        """The budget of the whole service."""
        return Limit(name=f"{self.kind}Service", most=self.per_day, within=DAY)

    @property
    def country_limit(self) -> Limit:
        """The budget of each country."""
        return Limit(name=f"{self.kind}Country", most=self.per_day_and_country, within=DAY)
