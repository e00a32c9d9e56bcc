"""What the pages of a method need beside words, and how they are found by its kind."""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from msgspec import Struct

from proofup.directory.users import User
from proofup.methods.declaration import Carrier, WayTraits
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import MethodKind
from proofup.pages.forms import Form
from proofup.values.ways import Way

CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class FormPage(Struct, frozen=True, kw_only=True):
    """A page of its own on which a method for ``slot`` is typed.

    ``choice`` names it in forms that lead there. It is ``proposed`` to somebody who has just set up
    another method, if so.
    """

    slot: str
    path: str
    choice: str
    proposed: bool = False


class IssuePage(Struct, frozen=True, kw_only=True):
    """The page on which a method is made that is shown once; ``choice`` names it in forms."""

    path: str
    choice: str


class Line(Struct, frozen=True, kw_only=True):
    """A line of the classic page on which a method for ``slot`` is typed; ``name`` its tick."""

    slot: str
    name: str


class Asking(Struct, frozen=True, kw_only=True):
    """For whom and for which slot something is typed: what is there, and what is likely.

    ``own`` are all methods the person has.
    """

    user: User
    slot: str
    present: Description | None
    own: Sequence[Description]
    default_region: str | None
    ways: Sequence[Way]


class TypedFields(Protocol):
    """The fields of a method that is typed."""

    def read(self, form: Form) -> dict[str, str]:
        """Return the fields of the page on which the method is typed."""
        ...

    def read_line(self, form: Form, name: str) -> dict[str, str]:
        """Return the fields of the line ``name`` of the classic page."""
        ...

    def shown(
        self,
        asking: Asking,
        typed: Mapping[str, str] | None,
        *,
        reason: str | None,
    ) -> Mapping[str, Any]:
        """Return what the page shows: what was ``typed``, or what is likely to be.

        ``reason`` is why what was typed cannot be taken.
        """
        ...

    def shown_line(
        self, asking: Asking, typed: Mapping[str, str] | None, *, whole: bool
    ) -> Mapping[str, Any]:
        """Return what a line of the classic page shows; of what is there, ``whole`` or masked."""
        ...

    def choices(self, language: str) -> Mapping[str, Any]:
        """Return what can be chosen from, by the names that the templates have for it."""
        ...

    def again(self, description: Description, way: Way) -> Mapping[str, str]:
        """Return the fields that stand for what is described, to be typed again."""
        ...


class MethodPages(Struct, frozen=True, kw_only=True):
    """What the pages of one method need.

    A method that is typed has ``forms`` and their ``fields``. ``issuing`` are the fields of the
    page on which an administrator issues one, with their longest. On the classic page it has
    ``lines``, or one ``tick`` for all methods of the kind; ``preferred`` are its options there, in
    the order of that page. ``facts`` is what the page that issues such a method, ``issue``, is told
    besides.
    """

    forms: Sequence[FormPage] = ()
    fields: TypedFields | None = None
    issuing: Mapping[str, int] = {}
    lines: Sequence[Line] = ()
    tick: str | None = None
    preferred: Sequence[Way] = ()
    facts: Mapping[str, Any] = {}
    issue: IssuePage | None = None


def folder_of(kind: MethodKind) -> str:
    """Return the name of the folder of ``kind``: ``softwareOath`` has ``software_oath``."""
    return CAPITAL.sub("_", kind).lower()


def pages_of(kind: MethodKind) -> MethodPages:
    """Return what the pages of ``kind`` need."""
    found: MethodPages = import_module(f"{__package__}.{folder_of(kind)}").PAGES
    return found


class TypedForm(Struct, frozen=True, kw_only=True):
    """A page on which a method is typed, with the kind and the fields of the method."""

    kind: MethodKind
    page: FormPage
    fields: TypedFields


def typed_forms(kinds: Iterable[MethodKind]) -> dict[str, TypedForm]:
    """Return the pages on which methods of ``kinds`` are typed, by slot."""
    found = ((kind, pages_of(kind)) for kind in kinds)
    return {
        page.slot: TypedForm(kind=kind, page=page, fields=pages.fields)
        for kind, pages in found
        if pages.fields is not None
        for page in pages.forms
    }


def template(kind: MethodKind, name: str) -> str:
    """Return the template ``name`` of ``kind``."""
    return f"methods/{folder_of(kind)}/{name}.html"


def template_for(kind: MethodKind, name: str, traits: WayTraits) -> str:
    """Return the template ``name`` of ``kind`` for one of its ways."""
    suffix = "" if traits.carrier is Carrier.NONE else f"_{traits.carrier}"
    return template(kind, f"{name}{suffix}")
