from datetime import timedelta

import pytest

from proofup.policy.budgets import Budget, CountryNotServedError, service_limits


@pytest.mark.parametrize("country", ["GB", "001", None])
def test_without_a_list_every_country_is_served(country: str | None) -> None:
    Budget().check_country(country)


def test_SM4_TEL_01_with_a_list_only_its_countries_are_served() -> None:
    policy = Budget(countries=frozenset({"GB", "IE"}))
    policy.check_country("GB")
    for other in ("US", "001", "gb", "", None):
        with pytest.raises(CountryNotServedError) as refused:
            policy.check_country(other)
        assert refused.value.country == other


def test_SM4_an_empty_list_serves_nobody() -> None:
    with pytest.raises(CountryNotServedError):
        Budget(countries=frozenset()).check_country("GB")


def test_SM4_budgets_are_those_that_were_set() -> None:
    policy = Budget(per_day=70, per_day_and_country=7)
    day = timedelta(days=1)
    assert (policy.service_limit.most, policy.service_limit.within) == (70, day)
    assert (policy.country_limit.most, policy.country_limit.within) == (7, day)
    assert policy.service_limit.name != policy.country_limit.name


def test_SM4_the_whole_service_has_a_budget_and_one_of_money_where_that_is_set() -> None:
    bounded = service_limits(Budget(spend_per_day=7), Budget(kind="calls"))
    assert [limit.name for limit in bounded] == ["textsService", "textsSpend", "callsService"]
