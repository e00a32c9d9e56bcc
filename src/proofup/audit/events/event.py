"""The base class of events, and the class for events that this version does not know."""

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import astuple


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    tag_field="event",
    rename="camel",
    forbid_unknown_fields=True,
):
    """Something that happened.

    ``caller`` is how the user proved in a call, to the administrator who did it, who they are.
    ``approved_by`` is the id of the administrator who approved it.

    ``of_profile`` says that it changes what everybody may read of a user.
    """

    of_profile: ClassVar[bool] = False

    caller: str | None = None
    approved_by: str | None = None

    @property
    def word(self) -> str:
        """The word under which it is stored."""
        return str(self.__struct_config__.tag)

    @property
    def facts(self) -> Mapping[str, str]:
        """Its facts as stored: each as text, by name. A field that is None is left out."""
        held = zip(self.__struct_encode_fields__, astuple(self), strict=True)
        return {name: str(value) for name, value in held if value is not None}


class UnknownEvent(Event, frozen=True):
    """An event of another version, whose word or facts have no class here."""

    word: str
    facts: Mapping[str, str]
