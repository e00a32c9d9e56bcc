"""Runs the command line in tests, and captures its output."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ADMIN = "kim.larsen@contoso.test"


@dataclass(frozen=True)
class Said:
    """What a command wrote, and its exit code."""

    code: int | str | None
    out: str
    err: str

    @property
    def facts(self) -> Any:
        return json.loads(self.out)

    @property
    def refusal(self) -> Any:
        return json.loads(self.err)["error"]


Proofup = Callable[..., Said]
