from datetime import timedelta

import pytest

from proofup.policy.budgets import (
    Budget,
    CountryNotServedError,
    LineNotServedError,
    half,
    service_limits,
)
from proofup.values.lines import LineKind
from proofup.values.phone_numbers import PhoneNumber, stored_phone_number

GB = stored_phone_number("+44 7700900067")
US = stored_phone_number("+1 4255550130")
SATELLITE = stored_phone_number("+881 612345678")
PERSONAL = stored_phone_number("+44 7012345678")


def key(limit: str, *whom: str) -> str:
    return " ".join((limit, *whom))


def test_without_a_list_every_country_is_served() -> None:
    for number in (GB, US):
        Budget().check(number)


def test_SM4_TEL_01_with_a_list_only_its_countries_are_served() -> None:
    budget = Budget(countries=frozenset({"GB", "IE"}), lines=frozenset(LineKind))
    budget.check(GB)
    for other, country in ((US, "US"), (SATELLITE, "001")):
        with pytest.raises(CountryNotServedError) as refused:
            budget.check(other)
        assert refused.value.country == country


def test_SM4_an_empty_list_serves_nobody() -> None:
    with pytest.raises(CountryNotServedError):
        Budget(countries=frozenset()).check(GB)


@pytest.mark.parametrize(
    ("number", "kind"), [(SATELLITE, LineKind.GLOBAL), (PERSONAL, LineKind.PERSONAL)]
)
def test_SM4_a_line_that_hardly_anybody_holds_takes_a_rule_of_its_own(
    number: PhoneNumber, kind: LineKind
) -> None:
    others = frozenset(LineKind) - {kind}
    for budget in (Budget(), Budget(lines=others)):
        with pytest.raises(LineNotServedError) as refused:
            budget.check(number)
        assert refused.value.kind is kind
    Budget(lines=frozenset({kind})).check(number)


def test_SM4_budgets_are_those_that_were_set() -> None:
    policy = Budget(per_day=70, per_day_and_country=7)
    day = timedelta(days=1)
    assert (policy.service_limit.most, policy.service_limit.within) == (70, day)
    assert (policy.country_limit.most, policy.country_limit.within) == (7, day)
    assert policy.service_limit.name != policy.country_limit.name


def test_SM4_what_is_no_code_at_sign_in_has_half_of_each_budget() -> None:
    budget = Budget(per_day=3, price=40, spend_per_day_and_country=500)
    charges = budget.charges(key, GB, registered=False)
    assert [(one.key, one.limit.most, one.weight) for one in charges] == [
        ("textsCountry GB", 2000, 1),
        ("textsService all", 3, 1),
        ("textsSpendCountry GB", 500, 40),
        ("textsCountryOther GB", 1000, 1),
        ("textsServiceOther all", 2, 1),
        ("textsSpendCountryOther GB", 250, 40),
    ]
    assert budget.charges(key, GB, registered=True) == charges[:3]
    assert half(Budget(per_day=0).service_limit).most == 0


def test_SM4_what_costs_nothing_is_not_counted_as_money() -> None:
    budget = Budget(price=45, prices={"GB": 0}, spend_per_day=1)
    names = {one.limit.name for one in budget.charges(key, GB, registered=True)}
    assert names == {"textsCountry", "textsService"}


def test_SM4_the_whole_service_has_a_budget_and_one_of_money_where_that_is_set() -> None:
    bounded = service_limits(Budget(spend_per_day=7), Budget(kind="calls"))
    assert [limit.name for limit in bounded] == [
        "textsService",
        "textsServiceOther",
        "textsSpend",
        "textsSpendOther",
        "callsService",
        "callsServiceOther",
    ]
