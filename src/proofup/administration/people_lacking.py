"""Lists of people who lack a method: all of one, page by page, as rows, and recorded as written."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.service import PeopleListed
from proofup.directory.users import Person
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission

PAGE = 1000
COLUMNS = (
    "id",
    "userPrincipalName",
    "displayName",
    "userType",
    "timesAsked",
    "lastAskedDateTime",
)


async def everybody_lacking(
    ports: Ports,
    slots: Sequence[str],
    *,
    excluded: Collection[str] = (),
    only_restricted: bool = False,
) -> AsyncIterator[Person]:
    """Yield everybody who has methods, but none in ``slots``; see ``PeopleLacking``."""
    after: str | None = None
    while True:
        page = await ports.lacking.page(
            slots, excluded=excluded, only_restricted=only_restricted, after=after, most=PAGE
        )
        for person in page.people:
            yield person
        after = page.after
        if after is None:
            return


def row_of(person: Person) -> Sequence[object]:
    """Return what a list says of ``person``, in the order of ``COLUMNS``."""
    user, account = person.user, person.account
    asked_at = account.nudged_at.isoformat() if account.nudged_at else ""
    name = user.user_principal_name
    return (user.id, name, user.display_name, str(user.user_type), account.nudges, asked_at)


def list_people(actor: Actor, *, list_of: str, people: int, at: datetime) -> Planned[None]:
    """Allow a list of so many people to be written to a file, and record it."""
    conditions = permitted(actor, Permission.READ_RULES, at=at)
    event = PeopleListed(command=actor.command, list_of=list_of, people=people)
    return Planned(conditions, (actor.entry(event, None, at=at),), None)
