"""A mail address for password resets: a code is sent to it. It is never a second proof.

NIST SP 800-63B-4, *Out-of-Band Devices*, rules out mail as an authenticator, because a mailbox is
often opened by a password alone. In Graph an ``emailAuthenticationMethod``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from proofup.methods.abilities import Provisioning
from proofup.methods.declaration import (
    Carrier,
    Declaration,
    Factor,
    Opens,
    Role,
    Slot,
    WayTraits,
    WhenReset,
)
from proofup.methods.one_time_code import SentCodes, new_code
from proofup.methods.protocol import Answer, Challenge, Description, Purpose, Question, Verdict
from proofup.methods.registered_methods import MethodKind, NewMethod, RegisteredMethod
from proofup.values.digests import Digests
from proofup.values.errors import InvalidInputError
from proofup.values.ids import Entropy
from proofup.values.mail_addresses import (
    InvalidMailAddressError,
    mail_address,
    masked_address,
    wire_address,
)
from proofup.values.messages import Mail
from proofup.values.ways import Way

KIND = MethodKind("email")
WAY = Way("email")
SLOT = "email"
LIFETIME = timedelta(minutes=10)  # mails take longer than texts; SP 800-63B-4 allows no more
LONGEST = 320  # letters that are looked at

DECLARATION = Declaration(
    factors=frozenset({Factor.HAVE}),
    ways=(WayTraits(word=WAY, can_be_default=False, carrier=Carrier.MAILS),),
    slots=(Slot(name=SLOT, ways=(WAY,), opens=Opens.INSIDE),),
    roles=frozenset({Role.RESET}),
    lasting=False,
    when_reset=WhenReset.KEEP,
    may_remember=False,
)
TEMPLATES = {Purpose.REGISTRATION: "code-for-address"}
FOR_RESET = "code-for-reset"


class _Document(Struct, frozen=True):
    address: str


class Email(Struct, frozen=True, kw_only=True):
    """Sends a code to the address and verifies it by a keyed digest."""

    digests: Digests
    kind: MethodKind = KIND
    declaration: Declaration = DECLARATION

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return True: an address does not expire."""
        del held, at
        return True

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the one way."""
        del held
        return (WAY,)

    def candidate(
        self, typed: Mapping[str, str], new: NewMethod, entropy: Entropy
    ) -> RegisteredMethod:
        """Return the address in ``mail``. Raises InvalidInputError."""
        del entropy
        text = typed.get("mail", "").strip()
        if not text:
            raise InvalidInputError("empty")
        if len(text) > LONGEST:
            raise InvalidInputError("form")
        try:
            address = mail_address(text)
        except InvalidMailAddressError as error:
            raise InvalidInputError(error.reason) from error
        return new.of(KIND, _Document(address))

    def is_typed(self, held: RegisteredMethod, typed: Mapping[str, str]) -> bool:
        """Return whether ``mail`` is the address of ``held``."""
        return typed.get("mail", "").strip() == address_in(held)

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return None: an address needs nothing to be shown."""
        del candidate, account
        return None

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a challenge with the mail that carries its code."""
        code = new_code(entropy)
        verifier = SentCodes(self.digests).verifier(code, question.id, question.purpose, held)
        return question.to(
            held.user_id,
            LIFETIME,
            method_id=held.id,
            verifier=verifier,
            message=Mail(
                to=wire_address(address_in(held)),
                template=TEMPLATES.get(question.purpose, FOR_RESET),
                facts={"code": f"{code[:3]} {code[3:]}"},
            ),
        )

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Accept the code that was mailed, until it is over."""
        return SentCodes(self.digests).verify(held, pending, answer.typed, at=at)

    def describe(self, held: RegisteredMethod) -> Description:
        """Return the address, whole and masked."""
        address = address_in(held)
        return Description(
            kind=KIND,
            slot=held.slot,
            name=address,
            masked=masked_address(address),
            mail=wire_address(address),
            identity=wire_address(address).casefold(),
        )

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return the address unchanged: its challenges are stored elsewhere and are voided."""
        del at
        return held


def address_in(held: RegisteredMethod) -> str:
    """Return the address of ``held``; for the mailer and for those who may see it whole."""
    return msgspec.json.decode(held.document, type=_Document).address
