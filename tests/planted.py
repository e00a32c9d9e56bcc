"""A method that the service does not have, to prove that new methods need no other change.

A pass that an administrator issues. It expires, is not a lasting method, and is stored as a slow
hash.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from known_methods import METHODS
from proofup.methods.abilities import Draft
from proofup.methods.catalogue import Catalogue, catalogue_of
from proofup.methods.declaration import NOBODY, Declaration, Factor, Role, Slot, WayTraits, Who
from proofup.methods.declaration import WhenReset as Reset
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
from proofup.values.ids import Entropy, MethodId, UserId
from proofup.values.secret import Secret
from proofup.values.stretching import Stretch, Stretching, Terms
from proofup.values.ways import Way

KIND = MethodKind("plantedPass")
WAY = Way("plantedPass")
SLOT = "pass"
ROSA = UserId("rosa")


class Configuration(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The default lifetime of a pass."""

    default_lifetime_in_minutes: Annotated[int, Meta(ge=10, le=43200)] = 60
    is_usable_once: bool = False


class _Document(Struct, frozen=True):
    salt: bytes
    terms: Terms
    expires_at: datetime
    verifier: bytes = b""


class Pass(Struct, frozen=True):
    """The method."""

    kind: MethodKind = KIND
    declaration: Declaration = Declaration(
        factors=frozenset({Factor.HAVE}),
        ways=(WayTraits(word=WAY, can_be_default=False),),
        slots=(Slot(name=SLOT, ways=(WAY,)),),
        roles=frozenset({Role.FIRST, Role.SECOND}),
        added_by=frozenset({Who.ADMINISTRATOR}),
        changed_by=NOBODY,
        lasting=False,
        when_reset=Reset.KEEP,
        may_remember=False,
        configuration=Configuration,
    )

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        return at < _read(held).expires_at

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        del held
        return (WAY,)

    def draft(
        self,
        wanted: Mapping[str, str],
        new: NewMethod,
        *,
        rules: Mapping[str, object],
        terms: Terms,
        entropy: Entropy,
    ) -> Draft:
        own = msgspec.convert(rules, Configuration)
        minutes = int(wanted.get("lifetimeInMinutes", own.default_lifetime_in_minutes))
        document = _Document(entropy(16), terms, new.at + timedelta(minutes=minutes))
        method = new.of(KIND, document)
        text = Secret(entropy(4).hex())
        return Draft(
            method=method,
            shown=(text,),
            stretch=(Stretch(text=text, salt=document.salt, terms=terms),),
        )

    def is_within(
        self, held: RegisteredMethod, rules: Mapping[str, object], *, purpose: Purpose
    ) -> bool:
        del held, purpose
        return not msgspec.convert(rules, Configuration).is_usable_once

    def finished(self, draft: Draft, stretched: Sequence[bytes]) -> RegisteredMethod:
        document = replace(_read(draft.method), verifier=stretched[0])
        return replace(draft.method, document=msgspec.json.encode(document))

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        del entropy
        return question.to(held.user_id, timedelta(minutes=3), method_id=held.id)

    def to_stretch(self, held: RegisteredMethod, typed: str) -> Stretch | None:
        known = _read(held)
        if len(typed) != 8:
            return None
        return Stretch(text=Secret(typed), salt=known.salt, terms=known.terms)

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        if not hmac.compare_digest(answer.stretched or b"", _read(held).verifier):
            return Rejected(Because.WRONG)
        if at >= pending.expires_at or not self.available(held, at=at):
            return Rejected(Because.LATE)
        return Accepted(held.used(at=at))

    def describe(self, held: RegisteredMethod) -> Description:
        ends_at = _read(held).expires_at
        return Description(kind=KIND, slot=held.slot, masked="", ends_at=ends_at)

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        del at
        return held


def _read(held: RegisteredMethod) -> _Document:
    return msgspec.json.decode(held.document, type=_Document)


PASS = Pass()
WITH_PASS: Catalogue = catalogue_of(PASS, *METHODS)
TERMS = Terms(pepper_id="p", memory_kib=1, passes=1)


async def stored_pass(
    stretching: Stretching, code: bytes = b"code", *, user_id: UserId, at: datetime
) -> RegisteredMethod:
    """Return the pass as a service stores it that hashes with ``stretching``."""
    draft = PASS.draft(
        {"lifetimeInMinutes": "600"},
        NewMethod(id=MethodId(f"pass of {user_id}"), user_id=user_id, slot=SLOT, at=at),
        rules={},
        terms=stretching.terms,
        entropy=lambda count: (code * 4)[:count],
    )
    return PASS.finished(draft, [await stretching.stretch(one) for one in draft.stretch])


def issued(
    code: bytes = b"code", *, user_id: UserId = ROSA, at: datetime, minutes: int = 60
) -> RegisteredMethod:
    """Return a pass that was issued at ``at``, whose text is ``code`` in hexadecimal digits."""
    draft = PASS.draft(
        {"lifetimeInMinutes": str(minutes)},
        NewMethod(id=MethodId("planted"), user_id=user_id, slot=SLOT, at=at),
        rules={},
        terms=TERMS,
        entropy=lambda count: (code * 4)[:count],
    )
    return PASS.finished(draft, [one.text.reveal().encode() for one in draft.stretch])
