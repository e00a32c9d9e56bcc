"""Choosing the option that is asked for first."""

from collections.abc import Sequence
from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.methods import DefaultMethodChanged
from proofup.challenges.options import options_of
from proofup.directory.users import RequireEpoch, SetDefaultWay
from proofup.methods.catalogue import Option
from proofup.notices.notifying import notice
from proofup.policy.proofs import Action, preferred
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.ports import Actor, Ports, UnusableWayError
from proofup.registration.records import record
from proofup.values.ways import Way


async def set_default(ports: Ports, actor: Actor, way: Way, *, at: datetime) -> None:
    """Make ``way`` the actor's default. Raises UnusableWayError and NotFreshError."""
    held = await held_methods(ports, actor)
    options = await options_of(ports.room, held, at=at)
    chosen = next((option for option in options if option.way == way), None)
    if chosen is None or not chosen.traits.can_be_default:
        raise UnusableWayError
    await check_fresh(ports, actor, held, Action.CHANGE_DEFAULT, at=at)
    user, account = actor.person.user, actor.person.account
    facts = {"was": account.default_way or "", "now": way}
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        SetDefaultWay(user_id=user.id, way=way),
        *notice(ports.room.notifier, actor.notification, "default-changed", facts, at=at),
        _entry(ports, actor, account.default_way, chosen, at=at),
    )


def default_changed(
    ports: Ports,
    actor: Actor,
    before: Sequence[Option],
    after: Sequence[Option],
    way: Way | None,
    *,
    at: datetime,
) -> tuple[Entry, ...]:
    """Return the entry that ``way`` is asked for first from now on, if another one was.

    ``before`` and ``after`` are the options there were and are. A phone is named by its masked
    number; a first default takes no other's place, and what is left without any says so itself.
    """
    was = preferred(before, actor.person.account.default_way)
    now = next((option for option in after if option.way == way), None)
    if was is None or now is None or was.way == now.way:
        return ()
    return (_entry(ports, actor, was.way, now, at=at),)


def _entry(ports: Ports, actor: Actor, was: Way | None, now: Option, *, at: datetime) -> Entry:
    held = now.methods[0]
    number = ports.room.catalogue.of(held).describe(held).number
    changed = DefaultMethodChanged(was=was or "", now=now.way, to=number.masked if number else "")
    return record(actor, changed, at=at)
