"""Judging what a browser answers on a page that does not say who is asked.

Somebody was asked in a way that a browser answers, and the page puts a question to whoever reads
it, so that it reveals nobody. The answer counts for the challenge that is stored.
"""

from collections.abc import Sequence

from proofup.challenges.answer import Judged, Judgement, Try, refuse
from proofup.challenges.challenge import ConsumeChallenge
from proofup.challenges.outcome import Refusal
from proofup.challenges.questions import Put, take
from proofup.challenges.room import Room
from proofup.challenges.tries import proven
from proofup.challenges.unasked import judge_unasked
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.limits import ResetCounters


async def judge_put(
    room: Room, counted: Try, held: Sequence[RegisteredMethod], put: Put
) -> Judgement:
    """Judge a counted answer to the question ``put``, which is used up; record a refused one."""
    challenge, context = counted.asked[0].challenge, counted.context
    way = challenge.way
    if room.catalogue.by_browser(way) is None:
        return await refuse(room, counted, Refusal.NOT_ASKED, held)
    asked = await take(room, way, put, purpose=context.purpose, at=counted.at)
    if isinstance(asked, Refusal):
        return await refuse(room, counted, asked, held)
    able = [one for one in held if way in room.catalogue.of(one).ways(one)]
    found = await judge_unasked(room, way, counted.typed, able, asked=asked, at=counted.at)
    if isinstance(found, Refusal):
        return await refuse(room, counted, found, held)
    rules = context.policy.methods
    if not room.catalogue.is_within(found.method, rules, purpose=context.purpose):
        return await refuse(room, counted, Refusal.NOT_ALLOWED, held)
    return Judged(
        way=way,
        method=found.method,
        changes=(
            ConsumeChallenge(challenge_id=challenge.id, way=way, at=counted.at),
            ResetCounters(keys=proven(room, context, counted.charges)),
        ),
    )
