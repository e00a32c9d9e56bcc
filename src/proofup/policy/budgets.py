"""Which numbers may be texted or called, and how often a country and the whole service may be."""

from collections.abc import Mapping
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
    """What the operator allows of ``kind``, texts or calls: ``countries`` is None for all.

    Money is in thousandths of the operator's unit: ``price`` is what one costs, ``prices`` where
    a country has another; what is spent is counted where a limit is set.
    """

    kind: str = "texts"
    countries: frozenset[str] | None = None
    per_day: int = 10_000
    per_day_and_country: int = 2_000
    price: int = 0
    prices: Mapping[str, int] = {}
    spend_per_day: int | None = None
    spend_per_day_and_country: int | None = None

    def check_country(self, country: str | None) -> None:
        """Raise CountryNotServedError unless ``country`` is served."""
        if self.countries is not None and country not in self.countries:
            raise CountryNotServedError(country)

    def price_to(self, country: str | None) -> int:
        """Return what one costs."""
        return self.prices.get(country or "", self.price)

    @property
    def spend_limits(self) -> tuple[Limit | None, Limit | None]:
        """What may be spent on one country and on all of them, where that is bounded."""
        return (
            _money(f"{self.kind}SpendCountry", self.spend_per_day_and_country),
            _money(f"{self.kind}Spend", self.spend_per_day),
        )

    @property
    def service_limit(self) -> Limit:
        """The budget of the whole service."""
        return Limit(name=f"{self.kind}Service", most=self.per_day, within=DAY)

    @property
    def country_limit(self) -> Limit:
        """The budget of each country."""
        return Limit(name=f"{self.kind}Country", most=self.per_day_and_country, within=DAY)


def service_limits(*budgets: Budget) -> list[Limit]:
    """Return what the whole service may send and spend, where that is bounded."""
    limits = [(budget.service_limit, budget.spend_limits[1]) for budget in budgets]
    return [limit for pair in limits for limit in pair if limit is not None]


def _money(name: str, most: int | None) -> Limit | None:
    return None if most is None else Limit(name=name, most=most, within=DAY)
