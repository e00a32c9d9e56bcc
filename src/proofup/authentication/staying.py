"""Whether this browser stays signed in when it is closed: the person's own answer."""

from datetime import datetime

from msgspec.structs import replace

from proofup.authentication.dispatcher import Standing, Step, standing
from proofup.authentication.ports import Ports
from proofup.authentication.signin import AdvanceSignIn
from proofup.directory.users import RequireEpoch


async def answer_stay(ports: Ports, here: Standing, *, stay: bool, at: datetime) -> Standing:
    """Keep the answer, and return where the sign-in stands then.

    Raises RevokedError and StaleError.
    """
    sign_in = here.sign_in
    if here.step is not Step.STAY or sign_in is None or sign_in.user_id is None:
        return here
    answered = replace(sign_in, stay=stay)
    await ports.room.commit(
        RequireEpoch(user_id=sign_in.user_id, epoch=sign_in.epoch),
        AdvanceSignIn(sign_in=answered),
    )
    return await standing(ports, replace(answered, revision=sign_in.revision + 1), at=at)
