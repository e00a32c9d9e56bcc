"""What a call is answered with, before it is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct

Resource: TypeAlias = Mapping[str, Any]
NOTHING: Mapping[str, str] = {}


class Answer(Struct, frozen=True, kw_only=True):
    """A status with a body of JSON, with a ``text``, or with neither."""

    status: int = 200
    body: Resource | None = None
    text: str | None = None
    headers: Mapping[str, str] = NOTHING


NO_CONTENT = Answer(status=204)


def entity(context: str, resource: Resource, *, status: int = 200, location: str = "") -> Answer:
    """Return the answer that is one resource."""
    headers = {"location": location} if location else NOTHING
    return Answer(status=status, body={"@odata.context": context, **resource}, headers=headers)


def collection(
    context: str,
    items: Sequence[Resource],
    *,
    following: str | None = None,
    count: int | None = None,
) -> Answer:
    """Return the answer that is a list, or a page of it."""
    body: dict[str, Any] = {"@odata.context": context}
    if count is not None:
        body["@odata.count"] = count
    if following is not None:
        body["@odata.nextLink"] = following
    return Answer(body={**body, "value": items})


def counted(number: int) -> Answer:
    """Return the answer to ``/$count``."""
    return Answer(text=str(number))


def instant(at: datetime | None) -> str | None:
    """Return an instant in Graph's form."""
    if at is None:
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%S" + (".%f" if at.microsecond else "") + "Z")


def narrowed(resource: Resource, select: Sequence[str]) -> Resource:
    """Return ``resource`` with the properties that were selected, and its annotations."""
    if not select or "*" in select:
        return resource
    kept = {*select, "id"}
    return {
        name: value for name, value in resource.items() if name in kept or name.startswith("@odata")
    }
