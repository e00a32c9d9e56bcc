"""How a test answers for the person who holds a method; each kind's own test file has one.

The file that tests ``methods/<name>.py`` is ``test_<name>.py`` and holds ``RESPONDER``; the
contract of all methods (``test_contract.py``) finds it there.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TypeAlias

from proofup.methods.protocol import Challenge, RegisteredMethod, VerificationMethod
from proofup.values.ids import Entropy
from proofup.values.stretching import Stretch, Terms

Answer: TypeAlias = Callable[[VerificationMethod, RegisteredMethod, Challenge, datetime], str]
"""Returns what the holder of the method types at that instant."""

TERMS = Terms(pepper_id="pepper-1", memory_kib=8, passes=1)


def drawn(seed: str) -> Entropy:
    """Return what draws the secrets of an issued method of ``seed``, each time the same ones."""
    return Random(seed).randbytes  # noqa: S311 - the test has to know them


def stretched(wanted: Stretch) -> bytes:
    """Stand for the slow hash."""
    return hashlib.sha256(wanted.salt + wanted.text.reveal().encode()).digest()


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
