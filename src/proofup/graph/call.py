"""One call: who makes it, of what, with which options and body."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from proofup.granting.bearer import Bearer
from proofup.graph.context import GraphContext
from proofup.graph.door import Door
from proofup.graph.errors import CallRefusedError, bad_request
from proofup.graph.odata.options import Options
from proofup.policy.actor import Actor

T = TypeVar("T")
MEDIA = "application/json"


class Call(Struct, frozen=True, kw_only=True):
    """A call as its handler gets it.

    ``params`` are the segments of the address that stand for something; ``arguments`` those of a
    function. ``path`` is the address below the version as it was sent.
    """

    door: Door
    context: GraphContext
    principal: Bearer
    version: str
    path: str
    params: Mapping[str, str]
    arguments: Mapping[str, str]
    options: Options
    headers: Mapping[str, str]
    content: bytes

    @property
    def at(self) -> datetime:
        """The instant of the call."""
        return self.context.at

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.principal.actor

    @property
    def root(self) -> str:
        """The address of the version."""
        return f"{self.door.origin}/{self.version}"

    @property
    def is_eventual(self) -> bool:
        """Whether advanced queries of the directory are asked for."""
        return self.headers.get("consistencylevel", "").lower() == "eventual"

    def argument(self, name: str) -> str | None:
        """Return an argument of a function: in its brackets, by an alias, or in the query."""
        asked = self.options.parameters
        told = self.arguments.get(name.lower(), asked.get(name.lower()))
        if told is not None and told.startswith("@"):
            told = asked.get(told[1:].lower())
        return None if told is None else told.strip("'")

    def metadata(self, of: str, *, one: bool = False) -> str:
        """Return the ``@odata.context`` of what is answered."""
        selected = f"({','.join(self.options.select)})" if self.options.select else ""
        return f"{self.root}/$metadata#{of}{selected}{'/$entity' if one else ''}"

    def following(self, token: str) -> str:
        """Return the address of the next page."""
        query = urlencode(
            [*self.options.given, ("$skiptoken", token)], quote_via=quote, safe="$'(),"
        )
        return f"{self.root}/{self.path.strip('/')}?{query}"

    def body(self, shape: type[T]) -> T:
        """Return the body, which must have this ``shape``: a field it lacks is refused (AD5)."""
        told = self.json()
        plain = {name: value for name, value in told.items() if "@odata." not in name}
        try:
            return msgspec.convert(plain, shape)
        except msgspec.ValidationError as error:
            message = f"The body cannot be taken: {error}"
            raise bad_request(message) from error

    def json(self) -> Mapping[str, Any]:
        """Return the body as it was sent; none is an empty one."""
        if not self.content:
            return {}
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA:
            message = "The body must be application/json."
            raise CallRefusedError(415, message, code="UnsupportedMediaType")
        try:
            told = msgspec.json.decode(self.content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            message = "Unable to read JSON request payload."
            raise bad_request(message, code="BadRequest") from error
        if not isinstance(told, dict):
            raise bad_request("The body must be one JSON object.", code="BadRequest")
        return told
