"""A phone that is texted a code: out-of-band by the telephone network.

NIST SP 800-63B-4, *Out-of-Band Devices*, which calls this network restricted: a stronger method
is offered beside it. In Graph a ``phoneAuthenticationMethod``.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from proofup.methods.one_time_code import LIFETIME, is_over, new_code, typed_code
from proofup.methods.protocol import (
    Accepted,
    Because,
    Challenge,
    Description,
    Factor,
    MethodKind,
    Provisioning,
    Purpose,
    RegisteredMethod,
    Rejected,
    Verdict,
)
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.ids import ChallengeId, Entropy, MethodId, UserId
from proofup.values.messages import Text
from proofup.values.phone_numbers import (
    PhoneNumber,
    is_landline,
    parse_phone_number,
    stored_phone_number,
)
from proofup.values.secret import Secret
from proofup.values.ways import Way

KIND = MethodKind("phone")
MOBILE = "phone.mobile"

Digest: TypeAlias = Callable[..., bytes]
"""Keyed digest of the strings it is given."""


class _Document(msgspec.Struct, frozen=True):
    """What a phone remembers: its number as ``str(PhoneNumber)``."""

    number: str


class Phone(Struct, frozen=True, kw_only=True):
    """Texts a code to a mobile phone and recognises it by a keyed digest."""

    organisation: str
    digest: Digest
    kind: MethodKind = KIND
    factors: frozenset[Factor] = frozenset({Factor.HAVE})
    slots: Sequence[str] = (MOBILE,)

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the one way in which a mobile phone answers."""
        del held
        return (Way.SMS,)

    def candidate(
        self,
        typed: Mapping[str, str],
        *,
        method_id: MethodId,
        user_id: UserId,
        slot: str,
        at: datetime,
        entropy: Entropy,
    ) -> RegisteredMethod:
        """Return a phone with the number in ``number``; ``region`` says where it belongs."""
        del entropy
        number = parse_phone_number(typed.get("number", ""), region=typed.get("region"))
        if is_landline(number):
            raise InvalidPhoneNumberError("landline")
        document = msgspec.json.encode(_Document(str(number)))
        return RegisteredMethod(
            id=method_id, user_id=user_id, kind=KIND, slot=slot, document=document, created_at=at
        )

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return None: a phone has nothing to be shown."""
        del candidate, account
        return None

    def challenge(
        self,
        held: RegisteredMethod,
        *,
        challenge_id: ChallengeId,
        purpose: Purpose,
        way: Way,
        at: datetime,
        entropy: Entropy,
    ) -> Challenge:
        """Return a challenge with the text that carries its code."""
        code = new_code(entropy)
        return Challenge(
            id=challenge_id,
            user_id=held.user_id,
            purpose=purpose,
            way=way,
            method_id=held.id,
            verifier=self._verifier(code, challenge_id, purpose, held),
            message=Text(to=number_of(held), body=Secret(self._words(code, purpose))),
            started_at=at,
            expires_at=at + LIFETIME,
        )

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: str, *, at: datetime
    ) -> Verdict:
        """Accept the code that was texted, until the challenge is over."""
        if is_over(pending, at):
            return Rejected(Because.LATE)
        code = typed_code(answer)
        if code is None or pending.verifier is None:
            return Rejected(Because.WRONG)
        expected = self._verifier(code, pending.id, pending.purpose, held)
        if not hmac.compare_digest(expected, pending.verifier):
            return Rejected(Because.WRONG)
        return Accepted(held.used(at=at))

    def describe(self, held: RegisteredMethod) -> Description:
        """Return the number, whole and masked."""
        number = number_of(held)
        return Description(
            kind=KIND, slot=held.slot, full=number.readable, masked=number.masked, number=number
        )

    def _verifier(
        self, code: str, challenge_id: ChallengeId, purpose: Purpose, held: RegisteredMethod
    ) -> bytes:
        # Everything the code is bound to goes in, so that it is worth nothing anywhere else.
        return self.digest(code, challenge_id, held.user_id, held.id, purpose)

    def _words(self, code: str, purpose: Purpose) -> str:
        shown = f"{code[:3]} {code[3:]}"
        act = "to confirm this phone" if purpose is Purpose.REGISTRATION else "to sign in"
        return (
            f"Your {self.organisation} code {act} is {shown}. "
            f"Nobody from {self.organisation} will ask you for it."
        )


def number_of(held: RegisteredMethod) -> PhoneNumber:
    """Return the number of a phone; for the carrier and for limits, never for a page."""
    return stored_phone_number(msgspec.json.decode(held.document, type=_Document).number)
