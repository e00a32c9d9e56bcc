"""The base class of events, and the class for events that this version does not know."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import astuple


class Event(Struct, frozen=True, tag_field="event", rename="camel", forbid_unknown_fields=True):
    """Something that happened."""

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
