"""Finding people to whom filters apply now, for a page and for a job."""

from datetime import datetime

from proofup.administration.ports import Ports
from proofup.challenges.pauses import paused_among
from proofup.directory.search import After, Filters, Found
from proofup.values.number_search import SoughtNumber


async def find_people(
    ports: Ports,
    begins: str,
    filters: Filters,
    *,
    number: SoughtNumber | None = None,
    after: After | None,
    most: int,
    at: datetime,
) -> Found:
    """Return a page of people, as ``PeopleSearch.find`` does.

    The index of ``paused`` has everybody who may have used up their tries. Those who may answer
    again are left out here, so a page may be shorter than ``most`` although others follow.
    """
    found = await ports.search.find(begins, filters, number=number, after=after, most=most, at=at)
    if not filters.paused:
        return found
    ids = [one.person.user.id for one in found.people]
    paused = await paused_among(ports.room, await ports.room.policies.current(), ids, at=at)
    return Found([one for one in found.people if one.person.user.id in paused], found.after)
