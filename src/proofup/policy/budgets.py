"""Budgets for texts and calls: permitted numbers, and how many to a country and in all."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from proofup.policy.limits import Charge, CounterKey, Limit
from proofup.values.errors import ProofupError
from proofup.values.lines import LineKind, kind_of_line
from proofup.values.phone_numbers import PhoneNumber, country_of

DAY = timedelta(days=1)
ALL = "all"


class CountryNotServedError(ProofupError):
    """This country is not served here; ``country`` is its ISO 3166 code, if known."""

    def __init__(self, country: str | None) -> None:
        super().__init__(country)
        self.country = country


class LineNotServedError(CountryNotServedError):
    """Lines of this ``kind`` are not served here, wherever they are."""

    def __init__(self, country: str | None, kind: LineKind) -> None:
        super().__init__(country)
        self.kind = kind


class Budget(Struct, frozen=True, kw_only=True):
    """What the operator allows of ``kind``, texts or calls: ``countries`` is None for all.

    ``lines`` are the kinds of line that are served beside ordinary ones. Money is in thousandths
    of the operator's unit: ``price`` is what one costs, ``prices`` where a country has another;
    what is spent is counted where a limit is set.
    """

    kind: str = "texts"
    countries: frozenset[str] | None = None
    lines: frozenset[LineKind] = frozenset()
    per_day: int = 10_000
    per_day_and_country: int = 2_000
    price: int = 0
    prices: Mapping[str, int] = {}
    spend_per_day: int | None = None
    spend_per_day_and_country: int | None = None

    def check(self, to: PhoneNumber) -> None:
        """Raise CountryNotServedError or LineNotServedError unless ``to`` is served."""
        country = country_of(to)
        if self.countries is not None and country not in self.countries:
            raise CountryNotServedError(country)
        kind = kind_of_line(to)
        if kind is not LineKind.ORDINARY and kind not in self.lines:
            raise LineNotServedError(country, kind)

    def charges(self, key: CounterKey, to: PhoneNumber, *, registered: bool) -> tuple[Charge, ...]:
        """Return what a message to ``to`` is counted against. Raises what ``check`` raises.

        All but codes at sign-in to a number that is ``registered`` has to make do with half of
        each budget, so that nothing else can use up what people sign in with.
        """
        self.check(to)
        country = country_of(to)
        where, price = country or "none", self.prices.get(country or "", self.price)
        of_country, of_all = self.spend_limits
        whole: list[tuple[Limit | None, str, int]] = [
            (self.country_limit, where, 1),
            (self.service_limit, ALL, 1),
            (of_country, where, price),
            (of_all, ALL, price),
        ]
        bounded = [(limit, whom, weight) for limit, whom, weight in whole if limit and weight]
        halves = [] if registered else [(half(one), whom, weight) for one, whom, weight in bounded]
        return tuple(
            Charge(key=key(limit.name, whom), limit=limit, weight=weight)
            for limit, whom, weight in (*bounded, *halves)
        )

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

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Every limit that a message may meet here."""
        whole = (self.service_limit, self.country_limit, *filter(None, self.spend_limits))
        return (*whole, *map(half, whole))


def half(limit: Limit) -> Limit:
    """Return the half of a budget that is for all but codes at sign-in."""
    return replace(limit, name=f"{limit.name}Other", most=(limit.most + 1) // 2)


def service_limits(*budgets: Budget) -> list[Limit]:
    """Return what the whole service may send and spend, where that is bounded."""
    whole = [
        limit
        for budget in budgets
        for limit in (budget.service_limit, budget.spend_limits[1])
        if limit is not None
    ]
    return [part for limit in whole for part in (limit, half(limit))]


def _money(name: str, most: int | None) -> Limit | None:
    return None if most is None else Limit(name=name, most=most, within=DAY)
