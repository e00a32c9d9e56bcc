import json

import pytest

from host_commands import ADMIN, Proofup


def shown(service: Proofup) -> dict[str, object]:
    facts: dict[str, object] = service("user", "show", ADMIN, "--json").facts
    return facts


def test_BLK_02_a_block_lasts_as_long_as_is_said_and_can_be_ended(service: Proofup) -> None:
    said = service("user", "block", ADMIN, "--days", "3")
    assert said.code == 0
    assert "are denied until" in said.out
    assert shown(service)["proofsBlockedUntil"] is not None
    said = service("user", "unblock", ADMIN)
    assert "may give second proofs again" in said.out
    assert shown(service)["proofsBlockedUntil"] is None


def test_a_block_lasts_as_long_as_the_rules_say(service: Proofup) -> None:
    service("policy", "set", "blockDays=2")
    first = str(service("user", "block", ADMIN, "--json").facts["proofsBlockedUntil"])
    service("policy", "set", "blockDays=5")
    assert str(service("user", "block", ADMIN, "--json").facts["proofsBlockedUntil"]) > first


@pytest.mark.parametrize("days", ["0", "366", "-1"])
def test_a_block_for_ever_is_refused(service: Proofup, days: str) -> None:
    said = service("user", "block", ADMIN, f"--days={days}")
    assert said.code == 1
    assert "--days" in said.err


def test_TR_02_the_state_of_an_account_is_set_and_said(service: Proofup) -> None:
    said = service("user", "set-mfa", ADMIN, "enabled")
    assert said.out.strip() == f"{ADMIN}: enabled."
    assert shown(service)["perUserMfaState"] == "enabled"


def test_TR_10_a_state_that_is_held_already_makes_no_second_entry(service: Proofup) -> None:
    facts = service("user", "set-mfa", ADMIN, "enforced", "--json").facts
    assert (facts["was"], facts["perUserMfaState"]) == ("disabled", "enforced")
    facts = service("user", "set-mfa", ADMIN, "enforced", "--json").facts
    assert (facts["was"], facts["perUserMfaState"]) == ("enforced", "enforced")


def test_a_state_that_is_none_is_refused(service: Proofup) -> None:
    assert service("user", "set-mfa", ADMIN, "maybe").code == 2


def test_VOP_01_rules_are_shown_and_set_together(service: Proofup) -> None:
    rules = service("policy", "show", "--json").facts
    assert (rules["graceDays"], rules["demand"]) == (0, "perUser")
    said = service("policy", "set", "graceDays=30", "demand=everyone", "ways=oath, sms")
    assert said.code == 0
    assert "graceDays = 30" in said.out
    rules = service("policy", "show", "--json").facts
    assert (rules["graceDays"], rules["demand"]) == (30, "everyone")
    assert sorted(rules["ways"]) == ["oath", "sms"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("graceDays", "is no rule with a value"),
        ("gracDays=3", "Did you mean graceDays?"),
        ("xyz=3", "Known are "),
        ("graceDays=400", "does not fit"),
        ("graceDays=many", "does not fit"),
        ("demand=nobody", "does not fit"),
        ("ways=pigeon", "does not fit"),
        ("ways=", "Nobody could give a second proof"),
    ],
)
def test_a_bad_rule_is_named_and_nothing_is_changed(
    service: Proofup, rule: str, words: str
) -> None:
    before = service("policy", "show", "--json").facts
    said = service("policy", "set", "blockDays=5", rule)
    assert said.code == 1
    assert words in said.err
    assert service("policy", "show", "--json").facts == before


def test_rules_can_be_read_by_a_program(service: Proofup) -> None:
    said = service("policy", "set", "fraudBlocks=true", "--json")
    assert json.loads(said.out)["fraudBlocks"] is True


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (("ways=recoveryCode",), "ways"),
        (("ways=voiceOffice",), "ways"),
        (("ways=voiceMobile",), "ways"),  # no carrier is set for calls
        (("ways=sms", "leastMethods=2"), "leastMethods"),
    ],
)
def test_MIN_08_rules_that_would_keep_people_out_are_refused(
    service: Proofup, monkeypatch: pytest.MonkeyPatch, rules: tuple[str, ...], field: str
) -> None:
    monkeypatch.setenv("PROOFUP_TEXTS__WEBHOOK", "https://texts.contoso.test/send")
    monkeypatch.setenv("PROOFUP_TEXTS__SECRET", "a secret of a carrier, long enough")
    said = service("policy", "show", "--json")
    assert said.code == 0, said.err
    before = said.facts
    said = service("policy", "set", *rules, "--json")
    assert (said.code, said.refusal["field"]) == (1, field)
    assert service("policy", "show", "--json").facts == before
