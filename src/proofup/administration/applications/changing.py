"""Changing the properties of an application that give it no right."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from proofup.administration.applications.standing import permitted_to_manage
from proofup.administration.display_name import checked_display_name
from proofup.administration.planned import Planned
from proofup.audit.events.applications import ApplicationChanged
from proofup.policy.actor import Actor
from proofup.tokens.application import Application, ChangeApplication
from proofup.tokens.offers import checked_roles, checked_scopes
from proofup.tokens.redirects import checked_identifier, checked_page, checked_redirect

CHANGEABLE = frozenset(
    {
        "name",
        "enabled",
        "is_public",
        "needs_pkce",
        "may_get_id_tokens",
        "description",
        "home_page",
        "needs_assignment",
        "redirects",
        "sign_out_redirects",
        "required",
        "identifier_uris",
        "exposed_scopes",
        "app_roles",
        "group_claims",
    }
)


def change_application(
    actor: Actor, application: Application, *, at: datetime, **properties: Any
) -> Planned[Application]:
    """Set ``properties`` of CHANGEABLE; a disabled application loses its tokens.

    Raises InvalidDisplayNameError, InvalidOfferError and InvalidRedirectError.
    """
    conditions = permitted_to_manage(actor, application, at=at)
    if not properties.keys() <= CHANGEABLE:
        raise ValueError(properties)
    checked_roles(properties.get("app_roles", ()))
    checked_scopes(properties.get("exposed_scopes", ()))
    new = _checked(application.changed(**properties))
    if application.enabled and not new.enabled:
        new = replace(new, epoch=application.epoch + 1)
    changed = ApplicationChanged(
        application=new.id,
        name=new.name,
        properties=", ".join(sorted(properties)),
        command=actor.command,
        reason=actor.reason,
    )
    changes = (ChangeApplication(application=new), actor.entry(changed, None, at=at))
    return Planned(conditions, changes, new)


def _checked(new: Application) -> Application:
    for page in new.sign_out_redirects:
        checked_page(page)
    for uri in new.identifier_uris:
        checked_identifier(uri)
    return replace(
        new,
        name=checked_display_name(new.name),
        description=checked_display_name(new.description) if new.description else None,
        redirects=tuple(checked_redirect(one) for one in new.redirects),
        home_page=None if new.home_page is None else checked_page(new.home_page),
    )
