"""Passkeys and security keys: WebAuthn Level 3, in Graph a ``fido2AuthenticationMethod``.

A passkey proves both factors: whoever holds the device, and has unlocked it. So user verification
is demanded in every ceremony, and a passkey may come in place of user name and password.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from proofup.directory.users import User
from proofup.methods import webauthn
from proofup.methods.abilities import Claim, Provisioning
from proofup.methods.declaration import (
    NOBODY,
    Declaration,
    Factor,
    Role,
    Slot,
    WayTraits,
    WhenReset,
    Who,
)
from proofup.methods.passkey_rules import Configuration, Enforcement, PasskeyTypes
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Because,
    Challenge,
    Description,
    Purpose,
    Question,
    Rejected,
    Verdict,
)
from proofup.methods.registered_methods import MethodKind, NewMethod, RegisteredMethod
from proofup.methods.service_info import Models
from proofup.methods.webauthn_options import (
    Credential,
    RelyingParty,
    in_base64url,
    to_create,
    to_get,
    to_signal,
    user_handle_of,
)
from proofup.values.errors import InvalidInputError
from proofup.values.ids import Entropy, MethodId
from proofup.values.shown_text import UnshowableTextError, shown_text
from proofup.values.ways import Way

KIND = MethodKind("fido2")
WAY = Way("fido2")
MOST = 10  # Entra: ten passkeys of a person
LIFETIME = timedelta(minutes=5)
NONCE_BYTES = 32
LONGEST_DISPLAY_NAME = 64


DECLARATION = Declaration(
    factors=frozenset({Factor.HAVE, Factor.ARE}),
    ways=(WayTraits(word=WAY, can_be_default=False, by_browser=True, answers=1, for_callers=True),),
    slots=tuple(Slot(name=f"fido2.{number}", ways=(WAY,)) for number in range(1, MOST + 1)),
    alike=True,
    roles=frozenset({Role.FIRST, Role.SECOND}),
    added_by=frozenset({Who.PERSON}),  # only the owner has the device that makes the key
    changed_by=NOBODY,
    when_reset=WhenReset.KEEP,
    configuration=Configuration,
)


class InvalidPasskeyNameError(InvalidInputError):
    """The name given to a passkey is too long or has characters that cannot be shown."""

    def __init__(self) -> None:
        super().__init__("name")


class _Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A passkey: its public key and what its authenticator said. A candidate has no key yet.

    ``model`` is what the metadata call an attested authenticator; without attestation it is None.
    """

    display_name: str
    credential_id: bytes = b""
    public_key: bytes = b""
    sign_count: int = 0
    aaguid: str = ""
    transports: tuple[str, ...] = ()
    is_synced: bool = False
    is_backed_up: bool = False
    model: str | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """What may be told of a passkey to those who administer it."""

    display_name: str
    aaguid: str
    model: str | None
    is_synced: bool


def facts_of(held: RegisteredMethod) -> Facts:
    """Return what may be told of the passkey ``held``."""
    document = _read(held)
    return Facts(
        display_name=document.display_name,
        aaguid=document.aaguid,
        model=document.model,
        is_synced=document.is_synced,
    )


class Fido2(Struct, frozen=True, kw_only=True):
    """Accepts what an authenticator has signed for this service, once for each challenge."""

    party: RelyingParty
    models: Models
    kind: MethodKind = KIND
    declaration: Declaration = DECLARATION

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return True: a passkey does not expire."""
        del held, at
        return True

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the one way in which a passkey answers."""
        del held
        return (WAY,)

    def candidate(
        self, typed: Mapping[str, str], new: NewMethod, entropy: Entropy
    ) -> RegisteredMethod:
        """Return a passkey that is still to be made; ``displayName`` is its owner's name for it."""
        del entropy
        return new.of(KIND, _Document(display_name=_name(typed.get("displayName"))))

    def is_typed(self, held: RegisteredMethod, typed: Mapping[str, str]) -> bool:
        """Return False: a new passkey always has another key."""
        del held, typed
        return False

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return None: the browser is told, not the person."""
        del candidate, account
        return None

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a challenge that any passkey of the person may answer."""
        return question.to(held.user_id, LIFETIME, verifier=entropy(NONCE_BYTES))

    def options(
        self,
        pending: Challenge,
        held: Sequence[RegisteredMethod],
        *,
        user: User | None,
        rules: Mapping[str, object],
    ) -> str:
        """Return the options of ``navigator.credentials`` as JSON."""
        known = [_credential(one) for one in held]
        if pending.purpose is not Purpose.REGISTRATION or user is None:
            return to_get(_signed(pending), self.party, known)
        own = msgspec.convert(rules, Configuration)
        attested = own.is_attestation_enforced or own.enforcement_type is not Enforcement.NONE
        return to_create(_signed(pending), self.party, user, known, attested=attested)

    def asked(self, pending: Challenge) -> str:
        """Return the challenge that the authenticator signs, as JSON has it."""
        return in_base64url(_signed(pending))

    def answered(self, answer: str) -> str | None:
        """Return the challenge that the authenticator says it has signed; nothing is proven."""
        return webauthn.answered(answer)

    def claim(self, answer: str) -> Claim | None:
        """Return whose passkey ``answer`` says it is of, and which one."""
        found = webauthn.claimed(answer)
        return Claim(found[0], _id_of(found[1])) if found else None

    def signals(self, user: User, held: Sequence[RegisteredMethod]) -> str:
        """Return the calls of the WebAuthn Signal API as JSON, each with name and facts."""
        return to_signal(self.party, user, [_credential(one) for one in held])

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Accept a ceremony that is right in everything, for this challenge and this service."""
        if at >= pending.expires_at:
            return Rejected(Because.LATE)
        if pending.verifier is None:
            return Rejected(Because.WRONG)
        if pending.purpose is Purpose.REGISTRATION:
            return self._registered(held, pending, answer, at=at)
        document = _read(held)
        found = webauthn.asserted(
            answer.typed,
            _signed(pending),
            self.party,
            credential_id=document.credential_id,
            public_key=document.public_key,
            handle=user_handle_of(held.user_id),
            is_named=pending.user_id == held.user_id,
        )
        if found is None or found.is_synced is not document.is_synced:
            return Rejected(Because.WRONG)
        if (found.sign_count or document.sign_count) and found.sign_count <= document.sign_count:
            return Rejected(Because.CLONED)
        used = replace(document, sign_count=found.sign_count, is_backed_up=found.is_backed_up)
        return Accepted(held.used(msgspec.json.encode(used), at=at))

    def _registered(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        document = _read(held)
        new = webauthn.registered(answer.typed, _signed(pending), self.party)
        if new is None or document.public_key:
            return Rejected(Because.WRONG)
        made = replace(
            document,
            credential_id=new.id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            aaguid=new.aaguid,
            transports=new.transports,
            is_synced=new.is_synced,
            is_backed_up=new.is_backed_up,
            model=self.models(new.statement, new.client_data_hash),
        )
        used = held.used(msgspec.json.encode(made), at=at)
        return Accepted(replace(used, id=_id_of(new.id)))

    def is_within(
        self, held: RegisteredMethod, rules: Mapping[str, object], *, purpose: Purpose
    ) -> bool:
        """Return whether the rules allow this model and kind of passkey.

        Attestation is only asked for at the registration: nothing proves it later.
        """
        own, document = msgspec.convert(rules, Configuration), _read(held)
        is_attested = document.model is not None or purpose is not Purpose.REGISTRATION
        is_listed = document.aaguid in own.models
        refused = Enforcement.BLOCK if is_listed else Enforcement.ALLOW
        kind = PasskeyTypes.SYNCED if document.is_synced else PasskeyTypes.DEVICE_BOUND
        return (
            (is_attested or not own.is_attestation_enforced)
            and own.enforcement_type is not refused
            and own.passkey_types in {PasskeyTypes.ANY, kind}
        )

    def describe(self, held: RegisteredMethod) -> Description:
        """Return the owner's name for the passkey, and what kind of passkey it is."""
        document = _read(held)
        facts = {"synced": "yes" if document.is_synced else "", "model": document.model or ""}
        name = document.display_name
        return Description(kind=KIND, slot=held.slot, name=name, masked=name, facts=facts)

    def renamed(self, held: RegisteredMethod, name: str) -> RegisteredMethod:
        """Return the passkey by another name."""
        return _with(held, replace(_read(held), display_name=_name(name)))

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return the passkey as it is: each challenge is new, so no old answer fits."""
        del at
        return held


def _signed(pending: Challenge) -> bytes:
    """Return the challenge of the ceremony: 256 bits, of this challenge and this purpose alone."""
    parts = (KIND, pending.purpose, pending.id)
    return hmac.digest(pending.verifier or b"", "\n".join(parts).encode(), "sha256")


def _id_of(credential_id: bytes) -> MethodId:
    """Return the id of the method, so that no credential is registered twice, for anybody."""
    return MethodId(str(UUID(bytes=hashlib.sha256(credential_id).digest()[:16], version=5)))


def _credential(held: RegisteredMethod) -> Credential:
    document = _read(held)
    return Credential(document.credential_id, document.transports)


def _name(typed: str | None) -> str:
    try:
        name = shown_text(typed or "")
    except UnshowableTextError as error:
        raise InvalidPasskeyNameError from error
    if len(name) > LONGEST_DISPLAY_NAME:
        raise InvalidPasskeyNameError
    return name


def _with(held: RegisteredMethod, document: _Document) -> RegisteredMethod:
    return replace(held, document=msgspec.json.encode(document))


def _read(held: RegisteredMethod) -> _Document:
    return msgspec.json.decode(held.document, type=_Document)
