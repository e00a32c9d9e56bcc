"""Names and mail addresses of all users, to find problems with them."""

from collections.abc import AsyncIterator
from functools import partial

from msgspec import Struct

from proofup.storage.engine import Engine
from proofup.storage.statements import rows

PAGE = 10_000  # people of one read
NAMES = (
    "SELECT canonical_name, user_principal_name, mail FROM users "
    "WHERE canonical_name > ? ORDER BY canonical_name LIMIT ?"
)


class Profile(Struct, frozen=True):
    """One person's name, in canonical and displayed form, and mail address."""

    canonical_name: str
    user_principal_name: str
    mail: str | None


async def profiles(engine: Engine) -> AsyncIterator[Profile]:
    """Yield all users in the order of their names."""
    after = ""
    while found := await engine.read_long(partial(rows, NAMES, after, PAGE)):
        for row in found:
            yield Profile(*row)
        after = found[-1][0]
