"""Going on with the question of the sign-in before, where it is too early for another message."""

from datetime import datetime

from proofup.authentication.dispatcher import Standing
from proofup.authentication.ports import Ports
from proofup.authentication.signin import SignIn
from proofup.challenges.challenge import MoveChallenge
from proofup.challenges.look import newest
from proofup.challenges.start import NotSent
from proofup.challenges.tries import is_pause
from proofup.values.changes import Change
from proofup.values.errors import AlreadySpentError, LimitReachedError
from proofup.values.ids import SignInId, UserId, token_digest


async def sign_in_before(
    ports: Ports, token: str | None, user_id: UserId | None
) -> SignInId | None:
    """Return the sign-in of the browser that holds ``token``, if it is for the same account."""
    found = await ports.sign_ins.by_token(token_digest(token)) if token and user_id else None
    return found.id if found and found.user_id == user_id else None


async def go_on_with_question(
    ports: Ports, there: Standing, why: NotSent, *changes: Change, at: datetime
) -> bool:
    """Let the code that was sent for the sign-in before count in this one, with ``changes``.

    The same browser began both for the same account, and has proven the first factor here.
    Return False, and write nothing, where no answer to that question counts any more, or where
    ``why`` stops every answer.
    """
    sign_in = there.sign_in
    if sign_in is None or not isinstance(why, LimitReachedError) or is_pause(why):
        return False
    move = await _move(ports, there, sign_in, at=at)
    if move is None:
        return False
    try:
        await ports.room.commit(*changes, move)
    except AlreadySpentError:
        return False
    return True


async def _move(
    ports: Ports, there: Standing, sign_in: SignIn, *, at: datetime
) -> MoveChallenge | None:
    asked = await newest(ports.room, sign_in.follows, at=at) if sign_in.follows else None
    ways = {option.way for option in there.options}
    if asked is None or asked.is_over or asked.stored.challenge.way not in ways:
        return None
    return MoveChallenge(challenge_id=asked.stored.challenge.id, subject=sign_in.id, at=at)
