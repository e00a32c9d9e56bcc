import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from host_commands import ADMIN, Proofup
from proofup.audit.entry import Entry
from proofup.audit.events.accounts import PasswordChangeForced, PasswordSet, UserAdded, UserChanged
from proofup.audit.events.methods import ChangesReleased, Invited, MethodsReset
from proofup.audit.events.sign_ins import SessionsRevoked
from proofup.cli.opening import Opened, opened
from proofup.directory.invitations import Invitation
from proofup.directory.users import HoldChanges, Person
from proofup.policy import figures
from proofup.policy.limits import Charge
from proofup.values.errors import LimitReachedError
from proofup.values.ids import token_digest
from proofup.values.messages import Mail
from proofup.values.secret import Secret

ROBIN = "robin.ashby@contoso.test"


def within(
    folder: Path, look: Callable[[Opened, Person], Awaitable[Any]], name: str = ROBIN
) -> Any:
    """Return what ``look`` finds in the open service."""

    async def inside() -> Any:
        async with opened(folder) as service:
            person = await service.store.people.by_name(ROBIN)
            assert person is not None
            return await look(service, person)

    return asyncio.run(inside())


def newest(folder: Path) -> Entry:
    async def look(service: Opened, person: Person) -> Entry:
        return (await service.store.audit.of_user(person.user.id, most=1))[0]

    found: Entry = within(folder, look)
    return found


def knows(folder: Path, password: str) -> bool:
    async def look(service: Opened, person: Person) -> bool:
        credential = await service.store.passwords.of_user(person.user.id)
        return await service.hashing.verify(Secret(password), credential)

    return bool(within(folder, look))


def epoch(folder: Path) -> int:
    async def look(_: Opened, person: Person) -> int:
        return person.account.epoch

    return int(within(folder, look))


@pytest.fixture
def robin(service: Proofup) -> str:
    """Give the password of somebody who was added."""
    said = service(
        *("user", "add", ROBIN, "--display-name", "Robin Ashby", "--mail", "robin@fabrikam.test"),
        *("--authentication-phone", "+44 7700 900067", "--business-phones", "+44 1; +44 2"),
        *("--usage-location", "GB", "--preferred-language", "en-GB", "--json"),
    )
    assert said.code == 0
    return str(said.facts["password"])


def test_VER_07_a_user_is_added_whole(service: Proofup, robin: str, folder: Path) -> None:
    shown = service("user", "show", ROBIN, "--json").facts
    assert shown["displayName"] == "Robin Ashby"
    assert shown["businessPhones"] == ["+44 1", "+44 2"]
    assert shown["methods"] == ["phone +XX XXXXXXXX67 (mobile)"]
    assert shown["accountEnabled"] is True
    assert knows(folder, robin)
    added = newest(folder)
    assert added.actor == "host"
    assert added.event == UserAdded(command="user add", methods="phone")


def test_SM6_no_command_shows_a_whole_number(service: Proofup, robin: str) -> None:
    shown = service("user", "show", ROBIN)
    assert "900067" not in shown.out
    assert "phone +XX XXXXXXXX67" in shown.out


def test_a_user_is_found_by_id_and_in_any_case(service: Proofup, robin: str) -> None:
    user_id = service("user", "show", ROBIN.upper(), "--json").facts["id"]
    assert service("user", "show", user_id.upper(), "--json").facts["userPrincipalName"] == ROBIN


@pytest.mark.parametrize("name", ["nobody@contoso.test", "nobody", "x" * 500])
@pytest.mark.parametrize(
    "command", ["show", "disable", "release", "sign-out", "set-password", "history"]
)
def test_nobody_is_said_so(service: Proofup, command: str, name: str) -> None:
    said = service("user", command, name, "--json")
    assert said.code == 1
    assert said.refusal["field"] == "NAME"


def test_a_second_user_of_the_name_is_refused(service: Proofup, robin: str) -> None:
    said = service("user", "add", ROBIN.title(), "--display-name", "Robin", "--json")
    assert said.code == 1
    assert said.refusal["field"] == "userPrincipalName"


def test_SE3_a_disabled_user_loses_every_session(
    service: Proofup, robin: str, folder: Path
) -> None:
    before = epoch(folder)
    assert service("user", "disable", ROBIN).code == 0
    assert epoch(folder) > before
    assert service("user", "show", ROBIN, "--json").facts["accountEnabled"] is False
    entry = newest(folder)
    assert entry.actor == "host"
    assert entry.event == UserChanged(command="user disable", account_enabled=False)
    assert service("user", "enable", ROBIN).code == 0
    assert service("user", "show", ROBIN, "--json").facts["accountEnabled"] is True


def test_SE3_ACT_09_AUD_14_signing_out_ends_every_session(
    service: Proofup, robin: str, folder: Path
) -> None:
    before = epoch(folder)
    assert service("user", "sign-out", ROBIN).code == 0
    assert epoch(folder) > before
    entry = newest(folder)
    assert (entry.event, entry.actor) == (SessionsRevoked(command="user sign-out"), "host")


def test_a_drawn_password_takes_the_place_of_the_old_one(
    service: Proofup, robin: str, folder: Path
) -> None:
    before = epoch(folder)
    said = service("user", "set-password", ROBIN)
    password = said.out.split("shown this once: ")[1].strip()
    assert knows(folder, password)
    assert not knows(folder, robin)
    assert epoch(folder) > before
    assert "It must be replaced at the next sign-in, by " in said.out
    forced = "forceChangePasswordNextSignIn"
    assert newest(folder).event == PasswordSet(command="user set-password", forced_change=forced)


@pytest.mark.parametrize(
    ("option", "forced"),
    [("--permanent", None), ("--with-mfa", "forceChangePasswordNextSignInWithMfa")],
)
def test_PWD_03_a_password_is_temporary_unless_it_is_said_otherwise(
    service: Proofup, robin: str, folder: Path, option: str, forced: str | None
) -> None:
    said = service("user", "set-password", ROBIN, option, "--json")
    assert (said.facts["forcedChange"], said.facts["until"] is None) == (forced, forced is None)
    assert knows(folder, str(said.facts["password"]))
    both = service("user", "set-password", ROBIN, "--permanent", "--with-mfa")
    assert both.code == 2


@pytest.mark.parametrize(
    ("options", "forced"),
    [
        ((), "forceChangePasswordNextSignIn"),
        (("--with-mfa",), "forceChangePasswordNextSignInWithMfa"),
    ],
)
def test_a_new_password_is_demanded_and_the_present_one_still_counts(
    service: Proofup, robin: str, folder: Path, options: tuple[str, ...], forced: str
) -> None:
    before = epoch(folder)
    said = service("user", "force-password-change", ROBIN, *options, "--json")
    assert said.facts["forcedChange"] == forced
    assert epoch(folder) > before
    assert knows(folder, robin)
    assert newest(folder).event == PasswordChangeForced(
        command="user force-password-change", forced_change=forced
    )


def test_LCK_07_a_new_password_forgets_what_others_have_tried(
    service: Proofup, robin: str, folder: Path
) -> None:
    limit = figures.PASSWORD_IN_A_ROW

    async def guess(opened_service: Opened, person: Person) -> None:
        key = opened_service.room.counter_key(limit.name, person.user.id)
        charge = Charge(key=key, limit=limit, weight=limit.most)
        await opened_service.store.counters.charge(charge, at=opened_service.at)

    within(folder, guess)
    with pytest.raises(LimitReachedError):
        within(folder, guess)
    service("user", "set-password", ROBIN)
    within(folder, guess)


def test_PW1_how_long_a_password_must_be_depends_on_the_second_proof(
    service: Proofup, robin: str, folder: Path
) -> None:
    twelve = b"walk the sea\n"
    said = service("user", "set-password", ROBIN, "--password-stdin", stdin=twelve)
    assert said.code == 0
    assert knows(folder, "walk the sea")
    assert "shown this once" not in said.out
    alone = service("user", "set-password", ADMIN, "--password-stdin", "--json", stdin=twelve)
    assert alone.code == 1
    assert "15 characters" in alone.refusal["problem"]


def test_AUD_06_CMP_02_CMP_09_whoever_lost_the_phone_starts_over(
    service: Proofup, robin: str, folder: Path
) -> None:
    before = epoch(folder)
    command = ("user", "require-registration", ROBIN, "--reason", "The phone was stolen")
    said = service(*command)
    assert said.code == 0
    assert "Deleted: phone +XX XXXXXXXX67." in said.out
    assert "Nobody demands one of them: the password alone lets them in." in said.out
    assert epoch(folder) > before
    assert service("user", "show", ROBIN, "--json").facts["methods"] == []
    assert knows(folder, robin)
    entry = newest(folder)
    assert entry.actor == "host"
    assert entry.event == MethodsReset(
        command="user require-registration",
        reason="The phone was stolen",
        cleared="phone +XX XXXXXXXX67",
    )
    service("user", "set-mfa", ROBIN, "enforced")
    again = service(*command)
    assert "Deleted: nothing, there was none." in again.out
    assert "At the next sign-in they set up a new one." in again.out
    facts = service(*command, "--json").facts
    assert (facts["cleared"], facts["isDemanded"]) == ([], True)


def test_a_held_account_is_released_once(service: Proofup, robin: str, folder: Path) -> None:
    async def hold(opened_service: Opened, person: Person) -> None:
        since = datetime(2026, 11, 21, tzinfo=UTC)
        await opened_service.store.commit(HoldChanges(user_id=person.user.id, since=since))

    within(folder, hold)
    shown = service("user", "show", ROBIN, "--json").facts
    assert shown["changesHeldSince"] == "2026-11-21T00:00:00+00:00"
    assert service("user", "release", ROBIN, "--json").facts["wasHeld"] is True
    assert newest(folder).event == ChangesReleased(command="user release")
    assert service("user", "release", ROBIN, "--json").facts["wasHeld"] is False
    assert "was not held" in service("user", "release", ROBIN).out


def test_KE4_no_command_logs_or_stores_a_password(
    service: Proofup, robin: str, folder: Path
) -> None:
    service("user", "set-password", ROBIN, "--password-stdin", stdin=b"a canary sings here\n")
    stored = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"a canary sings here" not in stored
    assert robin.encode() not in stored
    assert b"7700900067" not in stored
    assert json.dumps("Robin Ashby").encode()[1:-1] in stored  # the search finds what is there


def test_RC5_an_invitation_is_shown_once_and_kept_as_a_digest(
    service: Proofup, folder: Path
) -> None:
    service("user", "add", ROBIN, "--display-name", "Robin Ashby")
    said = service("user", "invite", ROBIN, "--json")
    assert said.code == 0, said.err
    url = said.facts["invitationUrl"]
    assert said.facts["isMailed"] is False  # there is no mail server
    token = url.rpartition("/")[2]
    assert len(token) >= 43  # 256 bits
    assert newest(folder).event == Invited(command="user invite")
    assert token not in str(newest(folder))

    async def kept(service: Opened, person: Person) -> Invitation | None:
        return await service.store.invitations.by_token(token_digest(token))

    found = within(folder, kept)
    assert (found.expires_at - found.made_at).days == 7
    assert token.encode() not in (folder / "proofup.db").read_bytes()


def test_an_invitation_is_mailed_where_there_is_a_mail_server(
    service: Proofup, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service("user", "add", ROBIN, "--display-name", "Robin", "--mail", "robin@fabrikam.test")
    monkeypatch.setenv("PROOFUP_SMTP__HOST", "mail.contoso.test")
    monkeypatch.setenv("PROOFUP_SMTP__SENDER", "id@contoso.test")
    said = service("user", "invite", ROBIN)
    assert "A mail is on its way to robin@fabrikam.test" in said.out
    assert service("user", "invite", ROBIN, "--no-mail", "--json").facts["isMailed"] is False

    async def mails(service: Opened, _: Person) -> list[Mail]:
        claimed = await service.store.outbox.claim("mail", 9, timedelta(minutes=1), service.at)
        return [one.content for one in claimed if isinstance(one.content, Mail)]

    (mail,) = within(folder, mails)
    assert (mail.to, mail.template) == ("robin@fabrikam.test", "invitation")
    assert mail.facts["invitation_url"] in said.out


def test_who_needs_no_invitation_or_may_not_come_in_gets_none(service: Proofup, robin: str) -> None:
    assert "has a sign-in method already" in service("user", "invite", ROBIN).err
    service("user", "disable", ROBIN)
    assert "may not sign in" in service("user", "invite", ROBIN).err


def test_one_method_is_deleted_by_its_line_or_its_kind(service: Proofup, folder: Path) -> None:
    people = folder / "with-phones.csv"
    people.write_text(
        "userPrincipalName,displayName,password,authenticationPhone\n"
        "pat@contoso.test,Pat,a long walk by the sea,+44 7700 900067\n",
        encoding="utf-8",
    )
    assert service("import", "users", str(people)).code == 0
    (line,) = service("user", "show", "pat@contoso.test", "--json").facts["methods"]
    refused = service("user", "delete-method", "pat@contoso.test", "softwareOath")
    assert refused.code == 1
    assert line in refused.err
    said = service("user", "delete-method", "pat@contoso.test", line)
    assert said.code == 0, said.err
    assert service("user", "show", "pat@contoso.test", "--json").facts["methods"] == []


def test_a_user_is_deleted_listed_restored_and_erased(service: Proofup, robin: str) -> None:
    said = service("user", "delete", ROBIN)
    assert "is deleted, and can be restored until" in said.out
    assert service("user", "show", ROBIN).code == 1
    (listed,) = service("user", "deleted", "--json").facts["deleted"]
    assert listed["userPrincipalName"] == ROBIN
    assert service("user", "restore", "nobody").code == 1
    assert "may sign in again" in service("user", "restore", ROBIN.upper()).out
    assert service("user", "show", ROBIN, "--json").facts["id"] == listed["id"]
    assert service("user", "deleted").out.strip() == "Nobody is deleted."


def test_of_two_deleted_users_of_a_name_the_id_is_asked_for(service: Proofup, robin: str) -> None:
    service("user", "delete", ROBIN)
    service("user", "add", ROBIN, "--display-name", "Robin Ashby")
    service("user", "delete", ROBIN)
    ids = [one["id"] for one in service("user", "deleted", "--json").facts["deleted"]]
    refused = service("user", "restore", ROBIN, "--json")
    assert refused.code == 1
    assert all(one in refused.refusal["problem"] for one in ids)
    assert "is erased" in service("user", "erase", ids[0]).out
    assert service("user", "restore", ROBIN).code == 0
    assert service("user", "show", ROBIN, "--json").facts["id"] == ids[1]
