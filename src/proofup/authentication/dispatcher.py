"""Names the next step of a sign-in; the only place that decides it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from proofup.authentication.ports import Ports, token_digest
from proofup.authentication.signin import SignIn
from proofup.methods.catalogue import Option
from proofup.policy.proofs import demanded, reaches


class Step(StrEnum):
    """Where a sign-in stands."""

    NAME = "name"  # there is no sign-in, or it is over: begin
    PASSWORD = "password"  # noqa: S105 - the name of a step
    CHALLENGE = "challenge"
    ISSUE = "issue"  # everything is proven: a session may be opened
    FINISHED = "finished"  # a session was opened already


class Standing(Struct, frozen=True, kw_only=True):
    """A sign-in with its next step, and the ways in which its second proof may be given."""

    step: Step
    sign_in: SignIn | None = None
    options: tuple[Option, ...] = ()


def next_step(sign_in: SignIn | None, options: Sequence[Option], *, at: datetime) -> Step:
    """Name the step ``sign_in`` takes next; ``options`` are what the account can answer with."""
    if sign_in is None or at >= sign_in.expires_at:
        return Step.NAME
    if sign_in.finished_at is not None:
        return Step.FINISHED
    if sign_in.proofs.first_at is None:
        return Step.PASSWORD
    return Step.ISSUE if reaches(sign_in.proofs, demanded(options)) else Step.CHALLENGE


async def standing(ports: Ports, sign_in: SignIn | None, *, at: datetime) -> Standing:
    """Return where ``sign_in`` stands, with what the account can answer with now.

    What can be answered with is told only once the first factor is met.
    """
    options: tuple[Option, ...] = ()
    if sign_in and sign_in.user_id and sign_in.proofs.first_at:
        options = ports.room.catalogue.options(await ports.room.methods.of_user(sign_in.user_id))
    return Standing(step=next_step(sign_in, options, at=at), sign_in=sign_in, options=options)


async def stand(ports: Ports, token: str, *, at: datetime) -> Standing:
    """Return where the sign-in of the browser with ``token`` stands."""
    return await standing(ports, await ports.sign_ins.by_token(token_digest(token)), at=at)
