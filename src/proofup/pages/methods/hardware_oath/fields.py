"""The fields of a token: its serial number, and what its owner calls it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from proofup.methods.hardware_oath import SERIAL
from proofup.methods.protocol import Description
from proofup.pages.forms import Form
from proofup.pages.methods.parts import Asking
from proofup.values.ways import Way

LONGEST_SERIAL = 128
LONGEST_NAME = 256


class TokenFields(Struct, frozen=True):
    """Reads and shows ``serialNumber`` and ``displayName``."""

    def read(self, form: Form) -> dict[str, str]:
        """Return the fields of a token's page."""
        return {
            SERIAL: form.text(SERIAL, longest=LONGEST_SERIAL).strip(),
            "displayName": form.optional("displayName", longest=LONGEST_NAME) or "",
        }

    def read_line(self, form: Form, name: str) -> dict[str, str]:
        """Return nothing: a token has no line on the classic page."""
        del form, name
        return {}

    def shown(
        self, asking: Asking, typed: Mapping[str, str] | None, *, reason: str | None
    ) -> Mapping[str, Any]:
        """Return what was typed, else the token that the person has."""
        del reason
        present = asking.present
        known = present.facts[SERIAL] if present else ""
        name = present.full if present and present.full != known else ""
        return {"typed": typed or {SERIAL: known, "displayName": name}}

    def shown_line(
        self, asking: Asking, typed: Mapping[str, str] | None, *, whole: bool
    ) -> Mapping[str, Any]:
        """Return nothing, as there is no line."""
        del asking, typed, whole
        return {}

    def choices(self, language: str) -> Mapping[str, Any]:
        """Return nothing: there is nothing to choose from."""
        del language
        return {}

    def again(self, description: Description, way: Way) -> Mapping[str, str]:
        """Return the fields that stand for the token."""
        del way
        return {SERIAL: description.facts[SERIAL], "displayName": description.full}
