"""The effects of each change of methods, and its actor in the audit log."""

from collections.abc import Sequence
from typing import TypeVar

import pytest

from method_changes.people import (
    ADMINISTRATOR,
    HOST,
    NOW,
    OWNER,
    ROBIN,
    TOOLS,
    app,
    phone,
    robin,
)
from planted import issued as planted
from proofup.audit.entry import Entry
from proofup.audit.events.accounts import MfaStateChanged
from proofup.audit.events.methods import (
    DefaultMethodChanged,
    MethodAdded,
    MethodRemoved,
    MethodReplaced,
    MethodsReset,
    RecoveryCodesMade,
    RegistrationCompleted,
)
from proofup.directory.users import MfaState, RaiseEpoch, SetDefaultWay, SetMfaState
from proofup.method_changes.adding import Addition, added
from proofup.method_changes.default import default_chosen
from proofup.method_changes.issuing import issued
from proofup.method_changes.removing import removed
from proofup.method_changes.resetting import reset
from proofup.methods.registered_methods import (
    AddMethod,
    RemoveMethod,
    ReplaceMethod,
    RequireMethods,
)
from proofup.policy.actor import Actor
from proofup.policy.sending import SendWithin
from proofup.values.changes import Change
from proofup.values.ids import SessionId
from proofup.values.messages import Mail, SendMessage, Text
from proofup.values.ways import Way

SMS, OATH = Way("sms"), Way("oath")
ENDS = RaiseEpoch(user_id=ROBIN, keep=SessionId("s"))
MASKED = "+XX XXXXXXXX67"

C = TypeVar("C", bound=Change)


def of(changes: Sequence[Change], kind: type[C]) -> list[C]:
    return [one for one in changes if isinstance(one, kind)]


def events(changes: Sequence[Change]) -> list[object]:
    return [entry.event for entry in of(changes, Entry)]


def mails(changes: Sequence[Change]) -> list[Mail]:
    contents = [one.content for one in of(changes, SendMessage)]
    return [one for one in contents if isinstance(one, Mail)]


def texted(changes: Sequence[Change]) -> list[str]:
    contents = [one.message.content for one in of(changes, SendWithin)]
    return [str(one.to) for one in contents if isinstance(one, Text)]


@pytest.mark.parametrize(
    ("actor", "address", "by", "network"),
    [
        (OWNER, "203.0.113.24", "", "203.0.113.24"),
        (ADMINISTRATOR, "", "administrator", "203.0.113.24"),
        (HOST, "", "administrator", None),
    ],
    ids=["owner", "administrator", "host"],
)
def test_a_change_says_who_made_it_and_shows_people_no_browser_but_their_own(
    actor: Actor, address: str, by: str, network: str | None
) -> None:
    new = phone()
    changes = added(TOOLS, actor, robin(), Addition(new=new, way=SMS), at=NOW)
    assert of(changes, AddMethod) == [AddMethod(method=new)]
    (entry,) = of(changes, Entry)
    assert (entry.actor, entry.target, entry.network) == (actor.id, ROBIN, network)
    assert entry.event == MethodAdded(command=actor.command, kind="phone", was="", now=MASKED)
    (mail,) = mails(changes)
    assert (mail.to, mail.template) == ("robin@fabrikam.test", "method-added")
    assert (mail.facts["address"], mail.facts["by"]) == (address, by)


def test_CP3_a_number_that_is_replaced_is_told_and_sessions_end() -> None:
    old, new = phone(), phone("+44 7700 900111")
    addition = Addition(new=new, old=old, way=SMS)
    changes = added(TOOLS, OWNER, robin(old, default=SMS), addition, ends=ENDS, at=NOW)
    assert changes[0] == ENDS
    assert of(changes, ReplaceMethod) == [ReplaceMethod(old_id=old.id, new=new)]
    assert events(changes) == [MethodReplaced(kind="phone", was=MASKED, now="+XX XXXXXXXX11")]
    assert texted(changes) == ["+44 7700900067"]
    assert of(changes, SetDefaultWay) == []


def test_a_new_method_leaves_the_default_that_was_only_implied_as_it_was() -> None:
    changes = added(TOOLS, OWNER, robin(phone()), Addition(new=app(), way=OATH), at=NOW)
    assert of(changes, SetDefaultWay) == [SetDefaultWay(user_id=ROBIN, way=SMS)]
    assert not [one for one in events(changes) if isinstance(one, DefaultMethodChanged)]


def test_a_default_that_is_chosen_with_a_method_is_written_down() -> None:
    addition = Addition(new=app(), way=OATH, default=OATH)
    changes = added(TOOLS, OWNER, robin(phone(), default=SMS), addition, at=NOW)
    assert of(changes, SetDefaultWay) == [SetDefaultWay(user_id=ROBIN, way=OATH)]
    assert DefaultMethodChanged(was="sms", now="oath", to="") in events(changes)


def test_a_method_that_cannot_be_preferred_becomes_no_default() -> None:
    new = planted(user_id=ROBIN, at=NOW)
    addition = Addition(new=new, way=TOOLS.catalogue.of(new).ways(new)[0])
    assert of(added(TOOLS, ADMINISTRATOR, robin(), addition, at=NOW), SetDefaultWay) == []


@pytest.mark.parametrize(
    ("state", "is_enforced"), [(MfaState.ENABLED, True), (MfaState.ENFORCED, False)]
)
def test_the_last_method_that_is_demanded_completes_the_registration(
    state: MfaState,
    is_enforced: bool,  # noqa: FBT001 - a column of the table
) -> None:
    changes = added(TOOLS, OWNER, robin(state=state), Addition(new=app(), way=OATH), at=NOW)
    assert RegistrationCompleted() in events(changes)
    moved = SetMfaState(user_id=ROBIN, was=MfaState.ENABLED, state=MfaState.ENFORCED)
    assert of(changes, SetMfaState) == ([moved] if is_enforced else [])
    assert (MfaStateChanged(was="enabled", now="enforced") in events(changes)) is is_enforced


def test_a_method_that_is_removed_is_told_and_the_default_falls_to_what_is_left() -> None:
    going, staying = phone(), app()
    removal = removed(TOOLS, HOST, robin(going, staying, default=SMS), [going], ends=ENDS, at=NOW)
    assert removal.default == OATH
    assert [one.masked for one in removal.gone] == [MASKED]
    assert of(removal.changes, RemoveMethod) == [RemoveMethod(user_id=ROBIN, method_id=going.id)]
    assert texted(removal.changes) == ["+44 7700900067"]
    command = HOST.command
    assert events(removal.changes) == [
        MethodRemoved(command=command, kind="phone", was=MASKED, now=""),
        DefaultMethodChanged(command=command, was="sms", now="oath", to=""),
    ]


def test_a_default_that_is_left_stays() -> None:
    going, staying = app(), phone()
    removal = removed(TOOLS, OWNER, robin(going, staying, default=SMS), [going], ends=ENDS, at=NOW)
    assert removal.default == SMS
    assert events(removal.changes) == [MethodRemoved(kind="softwareOath", was="", now="")]


def test_EN7_a_reset_deletes_what_says_so_of_itself_and_names_each() -> None:
    first, second, kept = phone(), app(), planted(user_id=ROBIN, at=NOW)
    cleared = reset(TOOLS, HOST, robin(first, second, kept), "Lost", at=NOW)
    assert cleared.changes[:2] == (
        RaiseEpoch(user_id=ROBIN),
        RequireMethods(user_id=ROBIN, ids=frozenset({first.id, second.id, kept.id})),
    )
    gone = [one.method_id for one in of(cleared.changes, RemoveMethod)]
    assert gone == [first.id, second.id]
    assert [one.kind for one in cleared.gone] == ["phone", "softwareOath"]
    assert events(cleared.changes) == [
        MethodsReset(
            command=HOST.command,
            reason="Lost",
            cleared=f"phone {MASKED}, softwareOath",
        )
    ]
    assert texted(cleared.changes) == ["+44 7700900067"]


def test_what_is_issued_takes_the_place_of_the_one_before() -> None:
    first, second = (planted(user_id=ROBIN, at=NOW) for _ in range(2))
    user, event = robin().person.user, RecoveryCodesMade(count=1)
    template = "recovery-codes-made"
    changes = issued(TOOLS, OWNER, user, [], first, event=event, template=template, at=NOW)
    assert changes[1] == AddMethod(method=first)
    assert events(changes) == [event]
    assert [one.template for one in mails(changes)] == [template]
    again = issued(TOOLS, OWNER, user, [first], second, event=event, template=template, at=NOW)
    assert again[1] == ReplaceMethod(old_id=first.id, new=second)


def test_another_default_is_told_with_the_one_before() -> None:
    held = phone()
    (chosen,) = [one for one in TOOLS.catalogue.options([held], at=NOW) if one.way == SMS]
    person = robin(held, default=OATH).person
    changes = default_chosen(TOOLS, OWNER, person, chosen, at=NOW)
    assert events(changes) == [DefaultMethodChanged(was="oath", now="sms", to=MASKED)]
    (mail,) = mails(changes)
    assert mail.template == "default-changed"
    assert (mail.facts["was"], mail.facts["now"]) == ("oath", "sms")


def test_nothing_of_a_registration_is_completed_by_whoever_had_all() -> None:
    subscriber = robin(phone(), state=MfaState.ENABLED)
    changes = added(TOOLS, OWNER, subscriber, Addition(new=app(), way=OATH), at=NOW)
    assert RegistrationCompleted() not in events(changes)
