"""What a page asks the browser for, where the browser gives the answer by script."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from proofup.challenges.look import Asked
from proofup.challenges.questions import challenges_of, new_question
from proofup.challenges.room import Room
from proofup.directory.users import User
from proofup.methods.protocol import Purpose
from proofup.methods.registered_methods import RegisteredMethod
from proofup.pages.forms import LONGEST_BROWSER_ANSWER, LONGEST_CODE
from proofup.values.ways import Way


class Ceremony(Struct, frozen=True):
    """The options for the browser, as JSON, and the question that they belong to, if any."""

    options: str
    question: str = ""


def put_to_browser(
    room: Room, way: Way, subject: str, *, purpose: Purpose = Purpose.SIGN_IN, at: datetime
) -> Ceremony | None:
    """Return what is asked of anybody in this browser; None if no browser answers in ``way``."""
    method = room.catalogue.by_browser(way)
    if method is None:
        return None
    question = new_question(room, at=at)
    challenge, *_ = challenges_of(room, way, question, subject, purpose=purpose)
    return Ceremony(method.options(challenge, (), user=None, rules={}), str(question))


def put_to_holder(
    room: Room,
    asked: Asked | None,
    held: Sequence[RegisteredMethod],
    *,
    user: User,
    rules: Mapping[str, Mapping[str, object]],
) -> Ceremony | None:
    """Return what a stored challenge asks of the browser of ``user``, who has ``held``.

    None if nothing was asked, no answer counts any more, or no browser answers.
    """
    if asked is None or asked.is_over:
        return None
    challenge = asked.stored.challenge
    method = room.catalogue.by_browser(challenge.way)
    if method is None:
        return None
    able = [one for one in held if one.kind == method.kind]
    return Ceremony(method.options(challenge, able, user=user, rules=rules.get(method.kind, {})))


def longest_answer(room: Room, way: Way) -> int:
    """Return how many letters an answer in ``way`` may have."""
    return LONGEST_BROWSER_ANSWER if room.catalogue.traits[way].by_browser else LONGEST_CODE
