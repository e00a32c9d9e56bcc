import asyncio
import json
import re
from pathlib import Path

import msgspec
import pytest

from host_commands import ADMIN, Proofup
from proofup.cli.opening import opened
from proofup.directory.devices import Device, RememberDevice
from proofup.values.client import Client
from proofup.values.ids import DeviceId

BECAUSE = ("--reason", "The phone was stolen")


def shown(service: Proofup) -> dict[str, object]:
    facts: dict[str, object] = service("user", "show", ADMIN, "--json").facts
    return facts


def newest(folder: Path) -> dict[str, object]:
    """Return the newest entry of the audit log, whomever it is about."""

    async def look() -> str:
        async with opened(folder) as service:
            sql = "SELECT text FROM audit_log ORDER BY sequence DESC LIMIT 1"
            return str((await service.store.engine.rows(sql))[0][0])

    found: dict[str, object] = msgspec.json.decode(asyncio.run(look()))
    return found


def test_BLK_02_a_block_lasts_as_long_as_is_said_and_can_be_ended(service: Proofup) -> None:
    said = service("user", "block", ADMIN, "--days", "3", *BECAUSE)
    assert said.code == 0
    assert "are denied until" in said.out
    assert shown(service)["proofsBlockedUntil"] is not None
    said = service("user", "unblock", ADMIN, *BECAUSE)
    assert "may give second proofs again" in said.out
    assert shown(service)["proofsBlockedUntil"] is None


def test_a_block_lasts_as_long_as_the_rules_say(service: Proofup) -> None:
    service("policy", "set", "blockDays=2")
    command = ("user", "block", ADMIN, *BECAUSE, "--json")
    first = str(service(*command).facts["proofsBlockedUntil"])
    service("policy", "set", "blockDays=5")
    assert str(service(*command).facts["proofsBlockedUntil"]) > first


@pytest.mark.parametrize("days", ["0", "366", "-1"])
def test_a_block_for_ever_is_refused(service: Proofup, days: str) -> None:
    said = service("user", "block", ADMIN, f"--days={days}", *BECAUSE)
    assert said.code == 1
    assert "--days" in said.err


@pytest.mark.parametrize("command", ["block", "unblock"])
def test_BLK_01_AUD_09_a_block_and_its_end_have_a_reason_which_is_kept(
    service: Proofup, folder: Path, command: str
) -> None:
    assert service("user", command, ADMIN).code == 2
    for reason in ("", "  ", "x" * 201, "\ue000"):
        said = service("user", command, ADMIN, f"--reason={reason}", "--json")
        assert (said.code, said.refusal["field"]) == (1, "--reason")
    assert service("user", command, ADMIN, "--reason", " The phone\n was stolen ").code == 0
    entry = newest(folder)
    events = {"block": "proofsBlocked", "unblock": "proofsUnblocked"}
    assert (entry["event"], entry["actor"]) == (events[command], "host")
    details = entry["details"]
    assert isinstance(details, dict)
    assert (details["command"], details["reason"]) == (f"user {command}", "The phone was stolen")


def test_BLK_04_blocks_and_their_ends_can_be_read_afterwards(service: Proofup) -> None:
    service("user", "block", ADMIN, "--days", "3", *BECAUSE)
    service("user", "unblock", ADMIN, "--reason", "A new phone is there")
    said = service("user", "history", ADMIN, "--json")
    (newer, older, *_) = said.facts["entries"]
    assert (newer["event"], older["event"]) == ("proofsUnblocked", "proofsBlocked")
    assert (newer["actor"], newer["succeeded"]) == ("host", True)
    assert (newer["details"]["reason"], older["details"]["reason"]) == (
        "A new phone is there",
        "The phone was stolen",
    )
    lines = service("user", "history", ADMIN, "--most", "2").out.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  proofsUnblocked  command=user unblock  "
        r"reason=A new phone is there",
        lines[0],
    )


@pytest.mark.parametrize("most", ["0", "1001", "-3"])
def test_a_history_without_end_is_refused(service: Proofup, most: str) -> None:
    said = service("user", "history", ADMIN, f"--most={most}", "--json")
    assert (said.code, said.refusal["field"]) == (1, "--most")


@pytest.mark.parametrize("command", ["block", "unblock"])
def test_BLK_05_nobody_is_blocked_who_is_not_here(
    service: Proofup, folder: Path, command: str
) -> None:
    before = newest(folder)
    said = service("user", command, "nobody@contoso.test", *BECAUSE, "--json")
    assert (said.code, said.refusal["field"]) == (1, "NAME")
    assert newest(folder) == before


def test_TR_02_the_state_of_an_account_is_set_and_said(service: Proofup) -> None:
    said = service("user", "set-mfa", ADMIN, "enabled")
    assert said.out.strip() == f"{ADMIN}: enabled."
    assert shown(service)["perUserMfaState"] == "enabled"


def test_TR_10_a_state_that_is_held_already_makes_no_second_entry(service: Proofup) -> None:
    facts = service("user", "set-mfa", ADMIN, "enforced", "--json").facts
    assert (facts["was"], facts["perUserMfaState"]) == ("disabled", "enforced")
    facts = service("user", "set-mfa", ADMIN, "enforced", "--json").facts
    assert (facts["was"], facts["perUserMfaState"]) == ("enforced", "enforced")


def test_TR_04_TR_05_TR_06_a_state_may_be_set_from_any_other_and_is_written_down(
    service: Proofup, folder: Path
) -> None:
    was = "disabled"
    for now in ("enforced", "enabled", "disabled", "enabled", "enforced", "disabled"):
        assert service("user", "set-mfa", ADMIN, now).code == 0
        assert shown(service)["perUserMfaState"] == now
        entry = newest(folder)
        assert (entry["event"], entry["actor"]) == ("mfaStateChanged", "host")
        assert entry["details"] == {"command": "user set-mfa", "was": was, "now": now}
        was = now


def test_a_state_that_is_none_is_refused(service: Proofup) -> None:
    assert service("user", "set-mfa", ADMIN, "maybe").code == 2


def test_VOP_01_AUD_11_rules_are_shown_and_set_together(service: Proofup, folder: Path) -> None:
    rules = service("policy", "show", "--json").facts
    assert (rules["graceDays"], rules["demand"]) == (0, "perUser")
    said = service("policy", "set", "graceDays=30", "demand=everyone", "ways=oath, sms")
    assert said.code == 0
    assert "graceDays = 30" in said.out
    entry = newest(folder)
    assert (entry["event"], entry["actor"]) == ("policyChanged", "host")
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
        ("ways=", "it must be some of"),
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


def test_REM_07_a_block_forgets_every_remembered_browser(service: Proofup, folder: Path) -> None:
    async def remembered(*, makes: bool) -> int:
        async with opened(folder) as host:
            person = await host.store.people.by_name(ADMIN)
            assert person
            if makes:
                device = Device(
                    id=DeviceId("d-1"),
                    user_id=person.user.id,
                    epoch=person.account.epoch,
                    secret_digest=b"",
                    rotated_at=host.at,
                    remembered_at=host.at,
                    last_used_at=host.at,
                    client=Client(address="203.0.113.24"),
                )
                await host.store.commit(RememberDevice(device=device))
            return len(await host.store.devices.of_user(person.user.id))

    assert asyncio.run(remembered(makes=True)) == 1
    assert service("user", "block", ADMIN, *BECAUSE).code == 0
    assert asyncio.run(remembered(makes=False)) == 0


def test_a_change_of_the_rules_is_counted_first_and_kept_with_its_reason(
    service: Proofup,
) -> None:
    counted = service("policy", "set", "demand=everyone", "--dry-run", "--json").facts
    assert (counted["people"], counted["isWhole"], counted["locked_out"]) == (1, True, 0)
    said = service("policy", "set", "demand=everyone", "guard=invitation", "--dry-run")
    assert "1 could not sign in without an invitation" in said.out or "Nobody" in said.out
    assert service("policy", "show", "--json").facts["demand"] == "perUser", "nothing was set"
    assert service("policy", "history").out == "No rule was ever set.\n"
    service("policy", "set", "graceDays=30", "fraudBlocks=yes", "--reason", "ticket 4711")
    shown = service("policy", "show").out
    assert "fraudBlocks = true" in shown
    assert "True" not in shown
    assert (
        "fraudBlocks: false -> true, graceDays: 0 -> 30  (ticket 4711)"
        in service("policy", "history").out
    )
    (change,) = service("policy", "history", "--json").facts["changes"]
    assert (change["actor"], change["reason"]) == ("host", "ticket 4711")
    service("policy", "set", "graceDays=default")
    assert service("policy", "show", "--json").facts["graceDays"] == 0
    refused = service("policy", "set", "demand=all")
    assert "it must be perUser or everyone" in refused.err
    refused = service("policy", "set", "graceDays=1", "--reason", " ")
    assert "--reason" in refused.err
