"""Responders: answer for the holder of a method; the test module of each method has one.

The file that tests ``methods/<name>.py`` is ``test_<name>.py`` and holds ``RESPONDER``; the
contract of all methods (``test_contract.py``) finds it there.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TypeAlias

from proofup.methods.protocol import Challenge, VerificationMethod
from proofup.methods.registered_methods import RegisteredMethod
from proofup.values.ids import Entropy, UserId
from proofup.values.stretching import Stretch, Terms

Answer: TypeAlias = Callable[[VerificationMethod, RegisteredMethod, Challenge, datetime], str]
"""Returns what the holder of the method types at that instant."""

Registered: TypeAlias = Callable[[VerificationMethod, RegisteredMethod], RegisteredMethod]

Candidate: TypeAlias = Callable[[VerificationMethod, UserId, str], RegisteredMethod]

TERMS = Terms(pepper_id="pepper-1", memory_kib=8, passes=1)


def drawn(seed: str) -> Entropy:
    """Return a deterministic random source for the secrets of an issued method."""
    return Random(seed).randbytes  # noqa: S311 - the test has to know them


def stretched(wanted: Stretch) -> bytes:
    """Replace the slow hash by a fast one."""
    return hashlib.sha256(wanted.salt + wanted.text.reveal().encode()).digest()


@dataclass(frozen=True, kw_only=True)
class Responder:
    """The form fields to register the method, and right and wrong answers to its challenges.

    ``kept_in`` holds parts of the document that no page or log may show. ``once_by_itself`` says
    that the method itself stores used answers; otherwise an answer works only once because the flow
    ends the challenge. ``registered`` turns a candidate into what is stored, where its answer to
    the registration brings more than a proof. ``completed`` does what happens to a candidate before
    it is asked, such as taking the key of a device. ``candidate`` makes a
    candidate where what is typed does not suffice.
    """

    typed: Mapping[str, str]
    right: Answer
    wrong: Answer
    kept_in: Callable[[VerificationMethod, RegisteredMethod], tuple[str, ...]]
    once_by_itself: bool
    registered: Registered = lambda _, candidate: candidate
    completed: Registered = lambda _, candidate: candidate
    candidate: Candidate | None = None
