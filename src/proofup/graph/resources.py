"""What Graph says of the methods of one kind."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from proofup.graph.answers import Resource
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.policy.rules import Policy
from proofup.values.ways import Way

BOTH = ("v1.0", "beta")
BETA = ("beta",)


class Sight(Struct, frozen=True, kw_only=True):
    """What the caller may see beside that there is a method: its details, and whole numbers.

    ``at`` is the instant at which they look.
    """

    details: bool
    numbers: bool
    at: datetime


Show: TypeAlias = Callable[[RegisteredMethod, Sight], Resource]
Keep: TypeAlias = Callable[[RegisteredMethod, Sequence[RegisteredMethod]], str | None]
"""Returns why the first cannot go while there are the others too, or None."""


class Configuration(Struct, frozen=True, kw_only=True):
    """A configuration of the methods policy: on while one of its ``ways`` is allowed.

    ``switches`` are properties that say whether one of the ways is. ``target`` is what the type of
    its targets adds, which no rule carries. ``settings`` shows the
    properties that are rules of the method itself, ``rules`` returns the rules that say what is
    told of them, and ``own_rules`` are the names of all of those.
    """

    id: str
    type: str
    ways: Sequence[Way]
    switches: Mapping[str, Way] = {}
    target: Resource = {}
    settings: Callable[[Policy], Resource] = lambda _: {}
    rules: Callable[[Resource, Policy], Mapping[str, str]] = lambda _, __: {}
    own_rules: Sequence[str] = ()
    versions: Sequence[str] = BOTH


class MethodResource(Struct, frozen=True, kw_only=True):
    """The resource of one kind of method.

    ``segment`` is its collection below ``authentication``, ``type`` the name of its type and
    ``scope`` the part of the names of its permissions that stands for it. ``show`` returns the
    properties behind the id. ``ids`` are fixed ids by slot; without one the id is the method's own.
    ``counted`` is the word of reports for a method in a slot; with ``registered`` a report that
    reads the method itself has another. ``used`` are the words of reports for a sign-in in each
    way. ``configurations`` are those of the policy.
    """

    segment: str
    type: str
    scope: str
    show: Show
    ids: Mapping[str, str] = {}
    keep: Keep = lambda _, __: None
    counted: Callable[[str], str]
    registered: Callable[[RegisteredMethod], str] | None = None
    used: Mapping[Way, str] = {}
    configurations: Sequence[Configuration] = ()
    versions: Sequence[str] = BOTH

    def id_of(self, held: RegisteredMethod) -> str:
        """Return the id of ``held`` in Graph."""
        return self.ids.get(held.slot, held.id)

    def word_of(self, held: RegisteredMethod) -> str:
        """Return the word of reports for ``held``."""
        return self.counted(held.slot) if self.registered is None else self.registered(held)

    def shown(self, held: RegisteredMethod, sight: Sight) -> Resource:
        """Return the resource of ``held``."""
        return {
            "@odata.type": f"#microsoft.graph.{self.type}",
            "id": self.id_of(held),
            **self.show(held, sight),
        }


Resources: TypeAlias = Mapping[MethodKind, MethodResource]
"""The resources by kind; a kind that Graph does not have is not among them."""
