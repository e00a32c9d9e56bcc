"""Sign-ins in progress: one for each browser."""

from datetime import timedelta
from typing import ClassVar

from proofup.authentication.signin import AdvanceSignIn, OpenSignIn, SignIn
from proofup.directory.passwords import ForcedChange
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import (
    client_of,
    count_or_none,
    flag_or_none,
    instant_or_none,
    proof_columns,
    proofs_of,
)
from proofup.storage.statements import Row, Steps, Value, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import CorrelationId, SignInId

SIGN_IN_BY_DIGEST = (
    "SELECT id, token_digest, name, user_id, epoch, first_at, second_at, second_way, "
    "first_way, session_id, follows, return_to, correlation_id, address, agent, language, "
    "started_at, expires_at, finished_at, put_off, remember, remembered, nudged, stay, "
    "forced_change, revision "
    "FROM sign_ins WHERE token_digest = ?"
)
FORGET_BROWSER = "DELETE FROM sign_ins WHERE token_digest = ?"
OPEN_SIGN_IN = (
    "INSERT INTO sign_ins (id, token_digest, name, user_id, epoch, first_at, second_at, "
    "second_way, first_way, session_id, follows, return_to, correlation_id, address, agent, "
    "language, started_at, expires_at, finished_at, put_off, remember, remembered, nudged, stay, "
    "forced_change, revision) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (token_digest) DO NOTHING"
)
ADVANCE_SIGN_IN = (
    "UPDATE sign_ins SET epoch = ?, first_at = ?, second_at = ?, second_way = ?, first_way = ?, "
    "language = ?, expires_at = ?, finished_at = ?, put_off = ?, remember = ?, remembered = ?, "
    "nudged = ?, stay = ?, forced_change = ?, "
    "revision = revision + 1 WHERE id = ? AND revision = ? AND finished_at IS NULL"
)


class SignInRows(Aggregate, frozen=True):
    """The port ``SignIns``, and the changes of sign-ins."""

    expiry: ClassVar[Expiry | None] = Expiry(table="sign_ins", kept=timedelta(hours=1))

    async def by_token(self, token_digest: bytes) -> SignIn | None:
        """Return the sign-in of the browser that holds the token."""
        found = await self.engine.rows(SIGN_IN_BY_DIGEST, token_digest)
        return _sign_in_of(found[0]) if found else None

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenSignIn: self.open,
            AdvanceSignIn: self.advance,
        }

    def open(self, change: OpenSignIn) -> Steps[None]:
        """Store a sign-in in place of an older one of the same browser."""
        new = change.sign_in
        columns = (
            new.id,
            new.token_digest,
            new.name,
            new.user_id,
            new.epoch,
            *proof_columns(new.proofs),
            new.session_id,
            new.follows,
            new.return_to,
            new.correlation_id,
            new.client.address,
            new.client.agent,
            new.language,
            to_microseconds(new.started_at),
            *_moving(new),
            new.revision,
        )
        while not (yield from touched(OPEN_SIGN_IN, *columns)):
            # Replaces an older one, or one that the same browser started concurrently.
            yield from touched(FORGET_BROWSER, new.token_digest)

    def advance(self, change: AdvanceSignIn) -> Steps[None]:
        """Store the next step of a sign-in, unless another step was faster."""
        new = change.sign_in
        if not (
            yield from touched(
                ADVANCE_SIGN_IN,
                new.epoch,
                *proof_columns(new.proofs),
                new.language,
                *_moving(new),
                new.id,
                new.revision,
            )
        ):
            raise StaleError


def _moving(sign_in: SignIn) -> tuple[Value, ...]:
    """Return the values of ``expires_at`` and the columns after it, up to ``forced_change``."""
    return (
        to_microseconds(sign_in.expires_at),
        count_or_none(sign_in.finished_at),
        int(sign_in.put_off),
        int(sign_in.remember),
        int(sign_in.remembered),
        int(sign_in.nudged),
        flag_or_none(sign_in.stay),
        sign_in.forced_change,
    )


def _sign_in_of(columns: Row) -> SignIn:
    return SignIn(
        id=SignInId(columns[0]),
        token_digest=columns[1],
        name=columns[2],
        user_id=columns[3],
        epoch=columns[4],
        proofs=proofs_of(*columns[5:9]),
        session_id=columns[9],
        follows=columns[10],
        return_to=columns[11],
        correlation_id=CorrelationId(columns[12]),
        client=client_of(*columns[13:15]),
        language=columns[15],
        started_at=from_microseconds(columns[16]),
        expires_at=from_microseconds(columns[17]),
        finished_at=instant_or_none(columns[18]),
        put_off=bool(columns[19]),
        remember=bool(columns[20]),
        remembered=bool(columns[21]),
        nudged=bool(columns[22]),
        stay=None if columns[23] is None else bool(columns[23]),
        forced_change=ForcedChange(columns[24]) if columns[24] else None,
        revision=columns[25],
    )
