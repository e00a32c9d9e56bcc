"""Finds a person by id or user principal name."""

from uuid import UUID

from proofup.directory.users import People, Person
from proofup.values.errors import InvalidNameError, UnknownUserError
from proofup.values.ids import UserId
from proofup.values.names import canonical_name


async def find_person(people: People, called: str) -> Person:
    """Return the person whose id or user principal name is ``called``, in any spelling.

    Raises UnknownUserError.
    """
    try:
        found = await people.by_id(UserId(str(UUID(called))))
    except ValueError:
        try:
            found = await people.by_name(canonical_name(called))
        except InvalidNameError as error:
            raise UnknownUserError from error
    if found is None:
        raise UnknownUserError
    return found
