"""The output of a command: text for a person, or JSON for a program, never both."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from proofup.values.errors import ProofupError


class RefusedError(ProofupError):
    """A command was refused: the field, the problem, and the fix."""

    def __init__(self, field: str, problem: str, fix: str = "") -> None:
        super().__init__(field, problem, fix)
        self.field = field
        self.problem = problem
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Output:
    """Writes results to ``out``, refusals to ``err``; with ``as_json`` each is a line of JSON."""

    as_json: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    def say(self, words: str, facts: Mapping[str, Any]) -> None:
        """Write ``words``, or ``facts`` where a program reads."""
        self._write(self.out, json.dumps(facts) if self.as_json else words)

    def note(self, words: str) -> None:
        """Write a hint for a person, which is not part of the result."""
        if not self.as_json:
            self._write(self.err, words)

    def refuse(self, refused: RefusedError) -> None:
        """Write why the command was refused."""
        if self.as_json:
            facts = {"field": refused.field, "problem": refused.problem, "fix": refused.fix}
            self._write(self.err, json.dumps({"error": facts}))
        else:
            words = f"proofup: {refused.field}: {refused.problem} {refused.fix}"
            self._write(self.err, words.rstrip())

    @property
    def shows_progress(self) -> bool:
        """Whether to show a progress bar."""
        return not self.as_json and self.err.isatty()

    def _write(self, stream: TextIO, text: str) -> None:
        # The terminal's encoding may lack letters of a name: print a question mark instead of
        # failing.
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, errors="replace").decode(encoding) + "\n")
        stream.flush()
