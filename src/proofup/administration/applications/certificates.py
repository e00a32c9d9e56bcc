"""Certificates of applications, added by an administrator or rolled by the application itself."""

from datetime import datetime

from msgspec import Struct

from proofup.administration.applications.credentials import (
    CERTIFICATE,
    MOST,
    InvalidCredentialError,
    TooManyCredentialsError,
    added_event,
    removal,
)
from proofup.administration.applications.standing import permitted_to_manage
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.policy.actor import Actor, ActorKind
from proofup.tokens.application import (
    Application,
    ChangeApplication,
    ClientCertificate,
    RequireApplication,
)
from proofup.tokens.certificates import InvalidCertificateError, certificate_in
from proofup.tokens.possession import check_possession
from proofup.values.changes import Change
from proofup.values.ids import random_id


class NewCertificate(Struct, frozen=True, kw_only=True):
    """A certificate, and the application that has it now."""

    application: Application
    stored: ClientCertificate


def add_certificate(
    ports: Ports,
    actor: Actor,
    application: Application,
    certificate: bytes,
    *,
    name: str = "",
    at: datetime,
) -> Planned[NewCertificate]:
    """Let the application prove itself by a certificate, in PEM or DER.

    Raises InvalidCredentialError, TooManyCredentialsError.
    """
    conditions = permitted_to_manage(actor, application, at=at)
    new = _read(ports, certificate, name)
    return _adding(conditions, actor, application, new, at=at)


def roll_certificate(
    ports: Ports,
    actor: Actor,
    application: Application,
    certificate: bytes,
    *,
    name: str = "",
    proof: str,
    at: datetime,
) -> Planned[NewCertificate]:
    """Add a certificate for a caller who proves possession of the key of another.

    The application itself needs no permission for that. Raises BadSignatureError, and what
    ``add_certificate`` does.
    """
    conditions = _permitted_to_roll(actor, application, proof, at=at)
    new = _read(ports, certificate, name)
    return _adding(conditions, actor, application, new, at=at)


def end_certificate(
    actor: Actor, application: Application, id_: str, *, proof: str, at: datetime
) -> Planned[Application]:
    """Remove a certificate for a caller who proves possession of the key of one.

    All tokens of the application end. Raises BadSignatureError, UnknownCredentialError.
    """
    conditions = _permitted_to_roll(actor, application, proof, at=at)
    return removal(conditions, actor, application, id_, at=at)


def _permitted_to_roll(
    actor: Actor, application: Application, proof: str, *, at: datetime
) -> tuple[Change, ...]:
    acting = actor.application if actor.kind is ActorKind.APPLICATION else None
    if acting is not None and acting.id == application.id:
        conditions: tuple[Change, ...] = (
            RequireApplication(application_id=acting.id, epoch=acting.epoch),
        )
    else:
        conditions = permitted_to_manage(actor, application, at=at)
    check_possession(application, proof, at=at)
    return conditions


def _read(ports: Ports, certificate: bytes, name: str) -> ClientCertificate:
    try:
        return certificate_in(certificate, id_=random_id(ports.room.entropy), name=name)
    except InvalidCertificateError as error:
        raise InvalidCredentialError(error.reason) from error


def _adding(
    conditions: tuple[Change, ...],
    actor: Actor,
    application: Application,
    new: ClientCertificate,
    *,
    at: datetime,
) -> Planned[NewCertificate]:
    if at >= new.ends_at:
        raise InvalidCredentialError("ended")
    kept = tuple(
        one for one in application.certificates if at < one.ends_at and one.sha256 != new.sha256
    )
    if len(kept) >= MOST:
        raise TooManyCredentialsError(CERTIFICATE)
    changed = application.changed(certificates=(*kept, new), is_public=False)
    changes = (
        ChangeApplication(application=changed),
        actor.entry(added_event(actor, application, CERTIFICATE, new), None, at=at),
    )
    return Planned(conditions, changes, NewCertificate(application=changed, stored=new))
