"""The field of a mail address."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from proofup.methods.protocol import Description
from proofup.pages.forms import Form
from proofup.pages.methods.parts import Asking
from proofup.values.ways import Way

LONGEST = 320


class EmailFields(Struct, frozen=True):
    """Reads and shows ``mail``."""

    def read(self, form: Form) -> dict[str, str]:
        """Return the field of the page."""
        return {"mail": form.text("mail", longest=LONGEST)}

    def read_line(self, form: Form, name: str) -> dict[str, str]:
        """Return the field of a line."""
        return {"mail": form.optional(f"{name}_mail", longest=LONGEST) or ""}

    def shown(
        self, asking: Asking, typed: Mapping[str, str] | None, *, reason: str | None
    ) -> Mapping[str, Any]:
        """Return what was typed; the address of the profile is offered to nobody.

        A mailbox of the organisation is of no use to somebody who cannot sign in.
        """
        del asking, reason
        return {"typed": typed or {"mail": ""}}

    def shown_line(
        self, asking: Asking, typed: Mapping[str, str] | None, *, whole: bool
    ) -> Mapping[str, Any]:
        """Return a line as typed, or as it is."""
        present = asking.present
        full = present.full if present and whole else ""
        return {
            **(typed or {"mail": full}),
            "masked": present.masked if present and not whole else None,
        }

    def choices(self, language: str) -> Mapping[str, Any]:
        """Return nothing: an address is typed."""
        del language
        return {}

    def again(self, description: Description, way: Way) -> Mapping[str, str]:
        """Return the address, to be typed again."""
        del way
        return {"mail": description.full}
