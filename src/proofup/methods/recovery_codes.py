"""Recovery codes: look-up secrets for people who have lost all other methods.

NIST SP 800-63B-4, *Look-Up Secrets*: ten codes of 80 bits, shown once, each valid for one sign-in.
A new set voids the old one. They are stored as slow hashes under one salt for the set, so that an
attempt costs one hash and not ten. Graph has no resource for them.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from proofup.methods.abilities import Draft
from proofup.methods.declaration import (
    NOBODY,
    Declaration,
    Factor,
    Opens,
    Role,
    Slot,
    WayTraits,
    Who,
)
from proofup.methods.letters import as_letters, grouped, typed_letters
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
from proofup.values.ids import Entropy
from proofup.values.secret import Secret
from proofup.values.stretching import Stretch, Terms
from proofup.values.ways import Way

KIND = MethodKind("recoveryCodes")
WAY = Way("recoveryCode")
SLOT = "recoveryCodes"
LIFETIME = timedelta(minutes=10)  # of the challenge; a code itself does not expire

CODES = 10
CODE_BYTES = 10  # 80 bit
SALT_BYTES = 16
LETTERS_IN_CODE = 16

DECLARATION = Declaration(
    factors=frozenset({Factor.HAVE}),
    ways=(WayTraits(word=WAY, can_be_default=False),),
    slots=(Slot(name=SLOT, ways=(WAY,), opens=Opens.INSIDE),),
    roles=frozenset({Role.STAND_IN}),
    added_by=frozenset({Who.PERSON}),
    changed_by=NOBODY,  # a new set replaces the old one
    deleted_by=frozenset({Who.ADMINISTRATOR}),
    lasting=False,
    may_remember=False,  # a person who needs a code has lost the usual proof
)


class _Document(Struct, frozen=True):
    """A set: parameters and hashes of its codes. Used ones are kept to recognise reuse."""

    salt: bytes
    terms: Terms
    unused: tuple[bytes, ...] = ()
    used: tuple[bytes, ...] = ()


class RecoveryCodes(Struct, frozen=True, kw_only=True):
    """Accepts each code of a set once."""

    kind: MethodKind = KIND
    declaration: Declaration = DECLARATION

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return whether a code is left."""
        del at
        return bool(_read(held).unused)

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the one way in which a code is given."""
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
        """Return a new set; it has no options."""
        del wanted, rules
        codes = new_codes(entropy)
        salt = entropy(SALT_BYTES)
        return Draft(
            method=new.of(KIND, _Document(salt, terms), pepper_id=terms.pepper_id),
            shown=tuple(grouped(code) for code in codes),
            stretch=tuple(Stretch(text=code, salt=salt, terms=terms) for code in codes),
        )

    def is_within(
        self, held: RegisteredMethod, rules: Mapping[str, object], *, purpose: Purpose
    ) -> bool:
        """Return True: no rule distinguishes sets."""
        del held, rules, purpose
        return True

    def finished(self, draft: Draft, stretched: Sequence[bytes]) -> RegisteredMethod:
        """Return the set with the hashes of its codes."""
        return _with(draft.method, replace(_read(draft.method), unused=tuple(stretched)))

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a challenge for any unused code."""
        del entropy
        return question.to(held.user_id, LIFETIME, method_id=held.id)

    def to_stretch(self, held: RegisteredMethod, typed: str) -> Stretch | None:
        """Return the typed code, to be hashed with the parameters of the set."""
        code, document = typed_letters(typed, count=LETTERS_IN_CODE), _read(held)
        return Stretch(text=code, salt=document.salt, terms=document.terms) if code else None

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Accept a code that was not used yet; the set is stored without it."""
        if at >= pending.expires_at:
            return Rejected(Because.LATE)
        if answer.stretched is None:
            return Rejected(Because.WRONG)
        document = _read(held)
        right = _matching(document.unused, answer.stretched)
        if right is not None:
            left = tuple(one for one in document.unused if one != right)
            spent = replace(document, unused=left, used=(*document.used, right))
            return Accepted(held.used(msgspec.json.encode(spent), at=at))
        if _matching(document.used, answer.stretched) is not None:
            return Rejected(Because.ALREADY_USED)
        return Rejected(Because.WRONG)

    def describe(self, held: RegisteredMethod) -> Description:
        """Return how many codes are left."""
        left = len(_read(held).unused)
        return Description(kind=KIND, slot=held.slot, name=str(left), masked=str(left), left=left)

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return an empty set: some codes may have been used since the copy."""
        del at
        return _with(held, replace(_read(held), unused=()))


def new_codes(entropy: Entropy) -> tuple[Secret[str], ...]:
    """Return a new set, each code as ``typed_letters`` returns it."""
    return tuple(as_letters(entropy(CODE_BYTES), LETTERS_IN_CODE) for _ in range(CODES))


def _matching(verifiers: Sequence[bytes], stretched: bytes) -> bytes | None:
    """Return the verifier equal to ``stretched``, if any."""
    found: bytes | None = None
    # All are compared even after a match, so that the time reveals nothing.
    for one in verifiers:
        if hmac.compare_digest(one, stretched):
            found = one
    return found


def _with(held: RegisteredMethod, document: _Document) -> RegisteredMethod:
    return replace(held, document=msgspec.json.encode(document))


def _read(held: RegisteredMethod) -> _Document:
    return msgspec.json.decode(held.document, type=_Document)
