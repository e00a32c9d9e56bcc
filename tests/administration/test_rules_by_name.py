from dataclasses import dataclass
from datetime import timedelta

import pytest

from known_methods import METHODS
from planted import KIND, WITH_PASS
from proofup.administration.rules_by_name import BadRuleError, UnknownRuleError, changed, named
from proofup.policy import figures
from proofup.policy.rules import Policy

LIFETIME = f"{KIND}.defaultLifetimeInMinutes"


def test_every_way_is_named_where_the_rules_name_none() -> None:
    assert set(named(Policy(), METHODS)["ways"]) == {*METHODS.ways, "recoveryCode"}
    fewer = changed(Policy(), {"ways": "sms, oath"}, METHODS)
    assert sorted(fewer.ways or ()) == ["oath", "sms"]
    assert changed(fewer, {"ways": "all"}, METHODS) == Policy()


def test_the_rules_of_one_method_are_named_after_it() -> None:
    rules = named(Policy(), WITH_PASS)
    assert (rules[LIFETIME], rules[f"{KIND}.isUsableOnce"]) == (60, False)
    assert "methods" not in rules
    owners = {name.partition(".")[0] for name in named(Policy(), METHODS) if "." in name}
    assert owners == {*METHODS.configurations, "limits"}


def test_LCK_01_the_figure_of_each_limit_is_a_rule() -> None:
    rules = named(Policy(), METHODS)
    assert (rules["limits.passwordNetwork"], rules["limits.textAgain"]) == (300, 30)
    assert "limits" not in rules
    policy = changed(
        Policy(), {"limits.passwordNetwork": "1000", "limits.textAgain": "60"}, METHODS
    )
    assert policy.limits == {"passwordNetwork": 1000, "textAgain": 60}
    assert policy.limit(figures.PASSWORDS_OF_NETWORK).most == 1000
    again = policy.limit(figures.TEXT_AGAIN)
    assert (again.most, again.within) == (1, timedelta(seconds=60))
    assert named(policy, METHODS)["limits.textAgain"] == 60


def test_of_the_rules_of_one_method_only_those_that_were_set_are_stored() -> None:
    policy = changed(Policy(), {LIFETIME: "10"}, WITH_PASS)
    assert policy.methods == {KIND: {"defaultLifetimeInMinutes": 10}}
    more = changed(policy, {f"{KIND}.isUsableOnce": "true"}, WITH_PASS)
    assert more.methods == {KIND: {"defaultLifetimeInMinutes": 10, "isUsableOnce": True}}
    assert named(more, WITH_PASS)[LIFETIME] == 10


@dataclass
class Bad:
    name: str
    value: str
    words: str


@pytest.mark.parametrize(
    "bad",
    [
        Bad(LIFETIME, "9", ">= 10"),
        Bad(LIFETIME, "soon", "int"),
        Bad("ways", "pigeon", "'pigeon' is none of"),
        Bad("ways", " , ", "Nobody could give a second proof"),
        Bad("graceDays", "366", "<= 365"),
        Bad("limits.passwordNetwork", "29", "from 30 to 10000."),
        Bad("limits.passwordNetwork", "10001", "from 30 to 10000."),
        Bad("limits.secondProof", "11", "from 5 to 10."),
        Bad("limits.textAgain", "14", "from 15 to 300 seconds."),
        Bad("limits.textAgain", "soon", "int"),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused_by_name(bad: Bad) -> None:
    with pytest.raises(BadRuleError) as refused:
        changed(Policy(), {bad.name: bad.value}, WITH_PASS)
    assert refused.value.name == bad.name
    assert bad.words in refused.value.problem


@pytest.mark.parametrize(
    "name",
    ["graceDay", f"{KIND}.lifetime", "methods", "limits", "limits.pigeon", "pigeon.isUsableOnce"],
)
def test_a_rule_that_is_none_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownRuleError) as refused:
        changed(Policy(), {name: "1"}, WITH_PASS)
    assert LIFETIME in refused.value.known
