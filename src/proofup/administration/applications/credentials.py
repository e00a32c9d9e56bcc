"""Secrets of applications, and the end of any credential.

Two of each kind may be valid, so that a client can change over from one to the next.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from proofup.administration.applications.standing import permitted_to_manage
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.applications import CredentialAdded, CredentialRemoved
from proofup.policy.actor import Actor
from proofup.tokens.application import (
    Application,
    ChangeApplication,
    ClientCertificate,
    ClientSecret,
)
from proofup.values.changes import Change
from proofup.values.errors import ProofupError
from proofup.values.ids import random_id, random_token, token_digest
from proofup.values.secret import Secret

LIFETIME = timedelta(days=180)
LONGEST_LIFETIME = timedelta(days=730)
MOST = 2  # of each kind that have not ended
HINT = 3  # letters of a secret that are shown later
SECRET, CERTIFICATE = "secret", "certificate"


class TooManyCredentialsError(ProofupError):
    """The application has two of this kind; one must be removed first."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class InvalidCredentialError(ProofupError):
    """The certificate or the lifetime cannot be taken; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownCredentialError(ProofupError):
    """The application has no credential with this id."""


class NewSecret(Struct, frozen=True, kw_only=True):
    """A secret that is shown once, and the application that has it now."""

    application: Application
    stored: ClientSecret
    secret: Secret[str]


def add_secret(
    ports: Ports,
    actor: Actor,
    application: Application,
    *,
    name: str = "",
    ends_at: datetime | None = None,
    at: datetime,
) -> Planned[NewSecret]:
    """Give the application a secret. Raises TooManyCredentialsError, InvalidCredentialError."""
    conditions = permitted_to_manage(actor, application, at=at)
    ends_at = at + LIFETIME if ends_at is None else ends_at
    if not at < ends_at <= at + LONGEST_LIFETIME:
        raise InvalidCredentialError("lifetime")
    kept = tuple(one for one in application.secrets if at < one.ends_at)
    if len(kept) >= MOST:
        raise TooManyCredentialsError(SECRET)
    letters = random_token(ports.room.entropy)
    new = ClientSecret(
        id=random_id(ports.room.entropy),
        name=name,
        hint=letters[:HINT],
        digest=token_digest(letters),
        starts_at=at,
        ends_at=ends_at,
    )
    changed = application.changed(secrets=(*kept, new), is_public=False)
    changes = (
        ChangeApplication(application=changed),
        actor.entry(added_event(actor, application, SECRET, new), None, at=at),
    )
    return Planned(
        conditions, changes, NewSecret(application=changed, stored=new, secret=Secret(letters))
    )


def remove_credential(
    actor: Actor, application: Application, id_: str, *, at: datetime
) -> Planned[Application]:
    """Remove a secret or a certificate. All tokens of the application end: it may have leaked.

    Raises UnknownCredentialError.
    """
    conditions = permitted_to_manage(actor, application, at=at)
    return removal(conditions, actor, application, id_, at=at)


def removal(
    conditions: tuple[Change, ...],
    actor: Actor,
    application: Application,
    id_: str,
    *,
    at: datetime,
) -> Planned[Application]:
    """Return what removes a credential under ``conditions``. Raises UnknownCredentialError."""
    secrets = tuple(one for one in application.secrets if one.id != id_)
    certificates = tuple(one for one in application.certificates if one.id != id_)
    if (secrets, certificates) == (application.secrets, application.certificates):
        raise UnknownCredentialError
    kind = CERTIFICATE if secrets == application.secrets else SECRET
    changed = application.changed(
        secrets=secrets, certificates=certificates, epoch=application.epoch + 1
    )
    removed = CredentialRemoved(
        application=application.id,
        name=application.name,
        kind=kind,
        id=id_,
        command=actor.command,
        reason=actor.reason,
    )
    changes = (ChangeApplication(application=changed), actor.entry(removed, None, at=at))
    return Planned(conditions, changes, changed)


def added_event(
    actor: Actor, application: Application, kind: str, new: ClientSecret | ClientCertificate
) -> CredentialAdded:
    """Return what the audit log keeps of a new credential."""
    return CredentialAdded(
        application=application.id,
        name=application.name,
        kind=kind,
        id=new.id,
        until=new.ends_at.isoformat("T", "seconds"),
        command=actor.command,
        reason=actor.reason,
    )
