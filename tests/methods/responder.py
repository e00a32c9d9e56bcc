"""How a test answers for the person who holds a method; each kind's own test file has one.

The file that tests ``methods/<name>.py`` is ``test_<name>.py`` and holds ``RESPONDER``; the
contract of all methods (``test_contract.py``) finds it there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from proofup.methods.protocol import Challenge, RegisteredMethod, VerificationMethod

Answer: TypeAlias = Callable[[VerificationMethod, RegisteredMethod, Challenge, datetime], str]
"""Returns what the holder of the method types at that instant."""


@dataclass(frozen=True, kw_only=True)
class Responder:
    """What a person fills in to register the method, and how they then answer, well or badly.

    ``kept_in`` holds words of the document that no page and no log may show. ``once_by_itself``
    says that the method remembers the answer; otherwise the end of the challenge, which the
    flow writes, is what makes it good for once.
    """

    typed: Mapping[str, str]
    right: Answer
    wrong: Answer
    kept_in: Callable[[VerificationMethod, RegisteredMethod], tuple[str, ...]]
    once_by_itself: bool
