"""Temporary Access Pass: a code of letters from the help desk, valid for a limited time.

An administrator issues it to a person who has lost all methods or has none yet. It replaces
password and second proof, so that the person can register lasting methods; it does not count as
one. In Graph a ``temporaryAccessPassAuthenticationMethod``.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct
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
    WhenReset,
    Who,
)
from proofup.methods.letters import as_letters, bytes_for, grouped, typed_letters
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
from proofup.values.errors import InvalidFieldError
from proofup.values.ids import Entropy
from proofup.values.stretching import Stretch, Terms
from proofup.values.ways import Way
from proofup.values.words import marked

KIND = MethodKind("temporaryAccessPass")
WAY = Way("temporaryAccessPass")
SLOT = "temporaryAccessPass"  # one slot: a new pass replaces the old one
SALT_BYTES = 16
LIFETIME = timedelta(minutes=10)  # of the challenge on a page
SHORTEST, LONGEST = 8, 48  # letters; 8 letters are 40 bits
FARTHEST = timedelta(days=90)  # from now until the start of a pass

LIFETIMES_IN_ORDER = marked(
    "The usual lifetime must not be shorter than the shortest one, or longer than the longest one."
)

Minutes: TypeAlias = Annotated[int, Meta(ge=10, le=43_200)]  # 30 days at the most


class Configuration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Graph's ``temporaryAccessPassAuthenticationMethodConfiguration``."""

    minimum_lifetime_in_minutes: Annotated[
        Minutes,
        Meta(
            title=marked("Shortest lifetime of a pass, in minutes"),
            description=marked("Nobody may issue one that ends sooner."),
        ),
    ] = 60
    default_lifetime_in_minutes: Annotated[
        Minutes,
        Meta(
            title=marked("Usual lifetime of a pass, in minutes"),
            description=marked("Where the person who issues it says nothing else."),
        ),
    ] = 60
    maximum_lifetime_in_minutes: Annotated[
        Minutes,
        Meta(
            title=marked("Longest lifetime of a pass, in minutes"),
            description=marked("Nobody may issue one that lasts longer."),
        ),
    ] = 480
    default_length: Annotated[
        int,
        Meta(
            ge=SHORTEST,
            le=LONGEST,
            title=marked("Letters of a pass"),
            description=marked("How long a pass is; eight letters are 40 bits."),
        ),
    ] = SHORTEST
    is_usable_once: Annotated[
        bool,
        Meta(
            title=marked("A pass works once"),
            description=marked(
                "Passes that work more than once are refused, also those issued before."
            ),
        ),
    ] = False

    def __post_init__(self) -> None:
        """Refuse lifetimes out of order."""
        least, usual = self.minimum_lifetime_in_minutes, self.default_lifetime_in_minutes
        if not least <= usual <= self.maximum_lifetime_in_minutes:
            raise ValueError(LIFETIMES_IN_ORDER)


DECLARATION = Declaration(
    factors=frozenset({Factor.KNOW, Factor.HAVE}),
    ways=(WayTraits(word=WAY, can_be_default=False),),
    slots=(Slot(name=SLOT, ways=(WAY,), opens=Opens.INSIDE),),
    roles=frozenset({Role.FIRST}),
    added_by=frozenset({Who.ADMINISTRATOR}),
    changed_by=NOBODY,
    deleted_by=frozenset({Who.ADMINISTRATOR}),
    lasting=False,
    when_reset=WhenReset.KEEP,
    may_remember=False,
    for_guests=False,
    configuration=Configuration,
)


class _Document(Struct, frozen=True, kw_only=True):
    """A pass: its hash with parameters, its validity, and how often it works."""

    salt: bytes
    terms: Terms
    verifier: bytes = b""
    letters: int
    starts_at: datetime
    ends_at: datetime
    once: bool
    spent: bool = False


def rules_of_passes(rules: Mapping[str, object]) -> Mapping[str, object]:
    """Return the rules of passes under Graph's names: those that were set, else the defaults."""
    found: dict[str, object] = msgspec.to_builtins(msgspec.convert(rules, Configuration))
    return found


class Validity(Struct, frozen=True, kw_only=True):
    """When a pass can be used, how often, and whether it has been."""

    starts_at: datetime
    ends_at: datetime
    once: bool
    spent: bool


def validity_of(held: RegisteredMethod) -> Validity:
    """Return when and how often the pass ``held`` can be used."""
    document = _read(held)
    return Validity(
        starts_at=document.starts_at,
        ends_at=document.ends_at,
        once=document.once,
        spent=document.spent,
    )


class TemporaryAccessPass(Struct, frozen=True, kw_only=True):
    """Accepts the letters of a pass while it is valid; a one-time pass works once."""

    kind: MethodKind = KIND
    declaration: Declaration = DECLARATION

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return whether the pass has started, has not expired, and is not used up."""
        document = _read(held)
        return document.starts_at <= at < document.ends_at and not document.spent

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the one way in which a pass is given."""
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
        """Return a new pass under ``rules``, its own configuration.

        ``wanted`` may hold ``lifetimeInMinutes``, ``isUsableOnce`` (``true`` or ``false``) and
        ``startDateTime`` (ISO 8601). Raises InvalidFieldError for the first that does not fit.
        """
        own = msgspec.convert(rules, Configuration)
        lifetime = _lifetime(wanted.get("lifetimeInMinutes"), own)
        once = _once(wanted.get("isUsableOnce"), own)
        starts_at = _start(wanted.get("startDateTime"), new.at)
        letters = as_letters(entropy(bytes_for(own.default_length)), own.default_length)
        document = _Document(
            salt=entropy(SALT_BYTES),
            terms=terms,
            letters=own.default_length,
            starts_at=starts_at,
            ends_at=starts_at + lifetime,
            once=once,
        )
        return Draft(
            method=new.of(KIND, document, pepper_id=terms.pepper_id),
            shown=(grouped(letters),),
            stretch=(Stretch(text=letters, salt=document.salt, terms=terms),),
        )

    def is_within(
        self, held: RegisteredMethod, rules: Mapping[str, object], *, purpose: Purpose
    ) -> bool:
        """Return whether the pass is allowed: with ``isUsableOnce`` only one-time passes are."""
        del purpose
        return _read(held).once or not msgspec.convert(rules, Configuration).is_usable_once

    def finished(self, draft: Draft, stretched: Sequence[bytes]) -> RegisteredMethod:
        """Return the pass with the hash of its letters."""
        (verifier,) = stretched
        return _with(draft.method, replace(_read(draft.method), verifier=verifier))

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a challenge for the letters."""
        del entropy
        return question.to(held.user_id, LIFETIME, method_id=held.id)

    def to_stretch(self, held: RegisteredMethod, typed: str) -> Stretch | None:
        """Return the typed letters, to be hashed with the parameters of the pass."""
        document = _read(held)
        letters = typed_letters(typed, count=document.letters)
        return Stretch(text=letters, salt=document.salt, terms=document.terms) if letters else None

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Accept the letters of a valid pass; a one-time pass is used up by it."""
        document = _read(held)
        if at >= pending.expires_at:
            return Rejected(Because.LATE)
        if answer.stretched is None or not hmac.compare_digest(document.verifier, answer.stretched):
            return Rejected(Because.WRONG)
        if document.spent:
            return Rejected(Because.ALREADY_USED)
        if not self.available(held, at=at):
            return Rejected(Because.LATE)
        used = msgspec.json.encode(replace(document, spent=document.once))
        return Accepted(held.used(used, at=at))

    def describe(self, held: RegisteredMethod) -> Description:
        """Return when the pass ends."""
        ends_at = _read(held).ends_at
        until = f"{ends_at:%Y-%m-%d %H:%M} UTC"
        return Description(kind=KIND, slot=held.slot, name=until, masked=until, ends_at=ends_at)

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return the pass as used up: it may have been used or deleted since the copy."""
        del at
        return _with(held, replace(_read(held), spent=True))


def _lifetime(wanted: str | None, rules: Configuration) -> timedelta:
    least, most = rules.minimum_lifetime_in_minutes, rules.maximum_lifetime_in_minutes
    if wanted is None:
        return timedelta(minutes=rules.default_lifetime_in_minutes)
    try:
        minutes = int(wanted)
    except ValueError:
        minutes = 0
    if not least <= minutes <= most:
        problem = f"must be a whole number of minutes from {least} to {most}"
        raise InvalidFieldError("lifetimeInMinutes", problem)
    return timedelta(minutes=minutes)


def _once(wanted: str | None, rules: Configuration) -> bool:
    if wanted not in {None, "true", "false"}:
        raise InvalidFieldError("isUsableOnce", "must be true or false")
    if wanted == "false" and rules.is_usable_once:
        raise InvalidFieldError("isUsableOnce", "must be true: the rules allow no other pass")
    return rules.is_usable_once if wanted is None else wanted == "true"


def _start(wanted: str | None, at: datetime) -> datetime:
    if wanted is None:
        return at
    try:
        starts_at = datetime.fromisoformat(wanted)
    except ValueError as error:
        problem = "must be an instant such as 2026-12-01T09:00Z"
        raise InvalidFieldError("startDateTime", problem) from error
    if starts_at.tzinfo is None:
        problem = "lacks its time zone: write 2026-12-01T09:00Z or 2026-12-01T10:00+01:00"
        raise InvalidFieldError("startDateTime", problem)
    if not at <= starts_at <= at + FARTHEST:
        problem = f"must lie between now and {FARTHEST.days} days from now"
        raise InvalidFieldError("startDateTime", problem)
    return starts_at.astimezone(UTC)


def _with(held: RegisteredMethod, document: _Document) -> RegisteredMethod:
    return replace(held, document=msgspec.json.encode(document))


def _read(held: RegisteredMethod) -> _Document:
    return msgspec.json.decode(held.document, type=_Document)
