from dataclasses import dataclass
from datetime import timedelta

import pytest

from known_methods import METHODS
from planted import KIND, WITH_PASS
from proofup.administration.rules_by_name import (
    UnknownRuleError,
    changed,
    differing,
    named,
    rules_of,
    setting,
)
from proofup.cli.rule_words import why_bad
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.policy import figures
from proofup.policy.permissions import Permission
from proofup.policy.roles import HELP_DESK_MFA, is_named
from proofup.policy.rule import BadRuleError, RuleType
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


def test_a_rule_of_acts_may_name_none_or_all_of_them() -> None:
    assert named(Policy(), METHODS)["callerCheckActs"] == []
    some = changed(Policy(), {"callerCheckActs": "setPasswords, invite"}, METHODS)
    assert some.caller_check_acts == {Permission.SET_PASSWORDS, Permission.INVITE}
    every = changed(some, {"callerCheckActs": "all"}, METHODS)
    assert len(every.caller_check_acts) > 2
    assert changed(every, {"callerCheckActs": "none"}, METHODS) == Policy()
    rule = rules_of(METHODS)["callerCheckActs"]
    assert (rule.text([]), setting(some, rule)) == ("none", "invite, setPasswords")
    for bad in ("", "none, invite", "readUsers"):
        with pytest.raises(BadRuleError):
            changed(Policy(), {"callerCheckActs": bad}, METHODS)
    with pytest.raises(BadRuleError):
        changed(Policy(), {"callerCheckRoles": "none"}, METHODS)


def test_a_rule_of_roles_names_them_as_they_are_called() -> None:
    told = {"callerCheckRoles": "Help desk (MFA), custom"}
    roles = changed(Policy(), told, METHODS).caller_check_roles
    assert is_named(HELP_DESK_MFA, roles)
    assert is_named("a role made here", roles)
    assert not is_named(GLOBAL_ADMINISTRATOR, roles)
    assert is_named(GLOBAL_ADMINISTRATOR, None)


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
        Bad(LIFETIME, "9", "a whole number from 10 to "),
        Bad(LIFETIME, "soon", "a whole number"),
        Bad("ways", "pigeon", "'pigeon' does not fit: it must be some of "),
        Bad("ways", " , ", "it must be some of"),
        Bad("graceDays", "366", "from 0 to 365."),
        Bad("limits.passwordNetwork", "29", "from 30 to 10000."),
        Bad("limits.passwordNetwork", "10001", "from 30 to 10000."),
        Bad("limits.secondProof", "11", "from 5 to 10."),
        Bad("limits.textAgain", "14", "from 15 to 300."),
        Bad("limits.textAgain", "soon", "a whole number"),
        Bad("demand", "all", "it must be perUser or everyone."),
        Bad("fraudBlocks", "True-ish", "it must be true or false."),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused_by_name(bad: Bad) -> None:
    with pytest.raises(BadRuleError) as refused:
        changed(Policy(), {bad.name: bad.value}, WITH_PASS)
    assert refused.value.name == bad.name
    assert bad.words in why_bad(refused.value)


@pytest.mark.parametrize(
    "name",
    ["graceDay", f"{KIND}.lifetime", "methods", "limits", "limits.pigeon", "pigeon.isUsableOnce"],
)
def test_a_rule_that_is_none_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownRuleError) as refused:
        changed(Policy(), {name: "1"}, WITH_PASS)
    assert LIFETIME in refused.value.known


def test_a_rule_is_described_by_its_own_field() -> None:
    rules = rules_of(WITH_PASS)
    assert {rule.type for rule in rules.values()} == set(RuleType)
    grace = rules["graceDays"]
    assert (grace.least, grace.greatest, grace.default) == (0, 365, 0)
    assert rules["demand"].choices["everyone"] == "everyone"
    assert set(rules["ways"].choices) == set(WITH_PASS.ways)
    assert set(rules) == set(named(Policy(), WITH_PASS))


def test_a_rule_of_words_takes_what_fits_its_pattern() -> None:
    rule = next(
        one for one in rules_of(METHODS).values() if one.type is RuleType.TEXT and one.topic
    )
    model = "ee882879-721c-4913-9775-3dfcce97072a"
    assert named(changed(Policy(), {rule.name: model}, METHODS), METHODS)[rule.name] == model
    with pytest.raises(BadRuleError) as refused:
        changed(Policy(), {rule.name: "any"}, METHODS)
    assert refused.value.name == rule.name


def test_every_rule_says_what_it_means() -> None:
    rules = rules_of(METHODS)
    assert [name for name, rule in rules.items() if rule.title in {name, rule.own_name}] == []
    of_organisation = [rule for rule in rules.values() if not rule.topic]
    assert [rule.name for rule in of_organisation if not rule.help] == []


def test_rules_are_taken_back_to_their_defaults() -> None:
    told = {"graceDays": "9", "limits.passwordNetwork": "500", LIFETIME: "90", "ways": "oath"}
    policy = changed(Policy(), told, WITH_PASS)
    rules = rules_of(WITH_PASS)
    assert {name: setting(policy, rules[name]) for name in told} == told
    back = changed(policy, dict.fromkeys(told, "default"), WITH_PASS)
    assert named(back, WITH_PASS) == named(Policy(), WITH_PASS)
    assert (back.limits, back.methods[KIND]) == ({}, {})
    assert setting(back, rules["ways"]) == "all"
    assert setting(back, rules[LIFETIME]) == "default"


def test_rules_that_fit_together_are_set_together() -> None:
    """A usual lifetime of 900 minutes only fits a longest one that is not shorter."""
    usual = "temporaryAccessPass.defaultLifetimeInMinutes"
    longest = "temporaryAccessPass.maximumLifetimeInMinutes"
    both = changed(Policy(), {usual: "900", longest: "1000"}, METHODS)
    assert named(both, METHODS)[usual] == 900
    with pytest.raises(BadRuleError) as refused:
        changed(Policy(), {usual: "900"}, METHODS)
    assert refused.value.name == usual
    assert "longer than the longest" in why_bad(refused.value)


def test_what_differs_and_what_is_bad_are_told_apart() -> None:
    policy = changed(Policy(), {"limits.passwordNetwork": "300"}, WITH_PASS)
    told = {
        "graceDays": "0",
        "blockDays": "7",
        "fraudBlocks": "perhaps",
        "ways": "all",
        "limits.passwordNetwork": "default",
        "limits.passwordAccount": "default",
        "pigeon": "1",
    }
    good, bad = differing(policy, told, WITH_PASS)
    assert good == {"blockDays": "7", "limits.passwordNetwork": "default"}
    assert list(bad) == ["fraudBlocks"]


@pytest.mark.parametrize("text", ["true", "Yes", " 1 "])
def test_a_flag_is_read_as_people_write_it(text: str) -> None:
    assert changed(Policy(), {"fraudBlocks": text}, WITH_PASS).fraud_blocks is True
    assert rules_of(WITH_PASS)["fraudBlocks"].text(value=True) == "true"
