"""Questions of a command to the person at the terminal."""

import getpass
import sys
from collections.abc import Callable
from typing import TextIO

from proofup.cli.output import RefusedError

Judge = Callable[[str], str | None]
"""Returns what is wrong with an answer, as a sentence, or None."""


def anything(_: str) -> str | None:
    """Find nothing wrong."""
    return None


class Questions:
    """Asks on standard error and reads standard input, until an answer is good."""

    def __init__(self, asked: TextIO | None = None, answers: TextIO | None = None) -> None:
        self._asked = asked or sys.stderr
        self._answers = answers or sys.stdin

    def tell(self, words: str) -> None:
        """Write a line that asks nothing."""
        self._asked.write(f"{words}\n")

    def ask(self, question: str, default: str | None = None, judge: Judge = anything) -> str:
        """Return the answer, or ``default`` for an empty one; without a default it is required."""
        shown = f"{question} [{default}]: " if default else f"{question}: "
        while True:
            answer = self._read(shown).strip() or default
            if answer is None:
                self.tell("  This is needed.")
            elif answer and (problem := judge(answer)):
                self.tell(f"  {problem}")
            else:
                return answer

    def choose(self, question: str, choices: tuple[str, ...]) -> str:
        """Return one of ``choices``; the first is the default."""
        listed = ", ".join(choices)

        def judge(answer: str) -> str | None:
            return None if answer in choices else f"Answer with one of {listed}."

        return self.ask(f"{question} ({listed})", choices[0], judge)

    def secret(self, question: str, judge: Judge = anything) -> str:
        """Return an answer that the terminal does not show."""
        while True:
            answer = getpass.getpass(f"{question}: ", self._asked)
            problem = judge(answer) if answer else "This is needed."
            if problem is None:
                return answer
            self.tell(f"  {problem}")

    def _read(self, shown: str) -> str:
        self._asked.write(shown)
        self._asked.flush()
        line = self._answers.readline()
        if not line:
            raise RefusedError("init", "the answers ended.", "Nothing was changed.")
        return line
