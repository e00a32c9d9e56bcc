"""The addresses of this door."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.authentication.admission import Need
from proofup.directory.passwords import UnacceptablePasswordError
from proofup.pages.pages import PROVING_UP
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.proofs import NotFreshError
from proofup.portal import (
    activity,
    adding,
    allowed_applications,
    app_passwords,
    caller,
    changes,
    classic,
    default,
    devices,
    entries,
    invitation,
    not_me,
    password,
    proving_up,
    recovery,
    removing,
    renaming,
    security_info,
    sessions,
    typing_in,
    verifying,
)
from proofup.portal.door import HOME, Door, Page, SessionPage, proving_up_or_signed_in, signed_in
from proofup.registration.app_passwords import AppPasswordsOffError
from proofup.registration.ports import (
    AlreadyRegisteredError,
    ChangesHeldError,
    NotInvitedError,
    UnknownRegistrationError,
    UnusableWayError,
)
from proofup.registration.saving import (
    BadContactError,
    ContactNeededError,
    NoContactLeftError,
)
from proofup.values.errors import InvalidInputError, InvalidNameError, NameTakenError
from proofup.web.dialect import Dialect
from proofup.web.mount import Mount

WELL_KNOWN = "/.well-known"  # RFC 8615: other doors have addresses below it too
Answer: TypeAlias = Callable[[Door, Request], Awaitable[Response]]


OWN_ANSWERS = frozenset(
    {
        AlreadyRegisteredError,
        AppPasswordsOffError,
        BadContactError,
        ChangesHeldError,
        ContactNeededError,
        CountryNotServedError,
        InvalidInputError,
        InvalidNameError,
        NameTakenError,
        NoContactLeftError,
        NotFreshError,
        NotInvitedError,
        UnacceptablePasswordError,
        UnknownRegistrationError,
        UnusableWayError,
    }
)


def mounted(door: Door, dialect: Dialect) -> Mount:
    """Return the door of My Apps, Security info and the links in mails, made with ``door``."""
    routes = _routes(door)
    return Mount(
        paths=frozenset(_own_path(route) for route in routes),
        dialect=dialect,
        routes=routes,
        own_answers=OWN_ANSWERS,
    )


def _own_path(route: Route) -> str:
    """Return the path below which the route lies; of well-known addresses, only its own."""
    first = "/" + route.path.split("/")[1]
    return route.path if first == WELL_KNOWN else first


def _routes(door: Door) -> list[Route]:
    def get(path: str, answer: Answer) -> Route:
        return Route(path, partial(answer, door), methods=["GET"])

    def post(path: str, answer: Answer) -> Route:
        return Route(path, partial(answer, door), methods=["POST"])

    def both(path: str, show: SessionPage, submit: SessionPage) -> list[Route]:
        return [get(path, signed_in(show)), post(path, signed_in(submit))]

    def both_on_the_way(path: str, show: Page, submit: Page) -> list[Route]:
        return [
            get(path, proving_up_or_signed_in(show)),
            post(path, proving_up_or_signed_in(submit)),
        ]

    # Ids are looked at before any page is: what cannot be one is an address that does not exist.
    change = f"{HOME}/changes/{{registration:uuid}}"
    return [
        get(HOME, signed_in(security_info.show)),
        get(activity.ADDRESS, signed_in(activity.show)),
        post(f"{HOME}/not-me", signed_in(security_info.not_me, Need.SESSION)),
        *(
            route
            for form in door.forms.values()
            for route in both_on_the_way(form.page.path, typing_in.show, typing_in.submit)
        ),
        *both_on_the_way(f"{HOME}/add", adding.show, adding.submit),
        *both_on_the_way(f"{HOME}/default", default.show, default.submit),
        *both(f"{HOME}/methods/{{method:uuid}}/delete", removing.show, removing.submit),
        *both(f"{HOME}/methods/{{method:uuid}}/name", renaming.show, renaming.submit),
        get(app_passwords.ADDRESS, signed_in(app_passwords.show)),
        *both(app_passwords.NEW, app_passwords.ask_name, app_passwords.submit),
        *both(
            f"{app_passwords.ADDRESS}/{{app_password:uuid}}/delete",
            app_passwords.ask_to_delete,
            app_passwords.delete_one,
        ),
        *both(devices.RESTORE, devices.show, devices.restore_all),
        post(f"{HOME}/devices/{{device:uuid}}/forget", signed_in(devices.forget_one)),
        post(f"{HOME}/sessions/{{session:uuid}}/end", signed_in(sessions.end_one)),
        *both(sessions.EVERYWHERE, sessions.show, sessions.submit),
        *both_on_the_way(change, changes.show, changes.submit),
        post(f"{change}/send", proving_up_or_signed_in(changes.send_again)),
        get(f"{change}/delivery", proving_up_or_signed_in(changes.delivery)),
        get(f"{HOME}/verify", signed_in(verifying.show, Need.SESSION)),
        post(f"{HOME}/verify", signed_in(verifying.submit, Need.SESSION)),
        # The fixed word first: it would pass for a token otherwise.
        *both(classic.ADDRESS, classic.show, classic.submit),
        *both(recovery.ADDRESS, recovery.show, recovery.submit),
        *both(password.ADDRESS, password.show, password.submit),
        get(f"{WELL_KNOWN}/change-password", password.from_well_known),
        get(PROVING_UP, proving_up.show),
        get(allowed_applications.ADDRESS, signed_in(allowed_applications.show)),
        post(allowed_applications.WITHDRAW, signed_in(allowed_applications.withdraw_one)),
        get("/myapps", signed_in(entries.my_apps, Need.REMEMBERED)),
        get("/profile", signed_in(entries.profile, Need.REMEMBERED)),
        get("/account", signed_in(entries.profile, Need.REMEMBERED)),
        *(get(path, entries.to_classic) for path in sorted(entries.OLD_ADDRESSES)),
        get("/invitation/{token}", invitation.show),
        post("/invitation/{token}", invitation.submit),
        get(caller.ADDRESS, caller.show),
        post(caller.ADDRESS, caller.submit),
        # The fixed word first, here and below.
        get(caller.DONE, caller.done),
        get(f"{caller.ADDRESS}/{{word}}", caller.show),
        get("/not-me/done", not_me.done),
        get("/not-me/{token}", not_me.show),
        post("/not-me/{token}", not_me.submit),
    ]
