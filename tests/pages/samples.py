"""A house with every page in it, filled with samples, behind the real entrance.

Each sample is a page in one of its states: a name, its template, its context. The address of one is
``/sample/<name>``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from known_methods import METHODS
from pages.admin_samples import ADMIN_PAGES
from pages.application_samples import ALLOWED, APPLICATION_PAGES, TILES
from pages.job_samples import JOB_PAGES
from pages.policy_samples import POLICY_PAGES
from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.audit.events.methods import MethodRemoved, MethodReplaced
from proofup.audit.events.sign_ins import SignedIn, SignInFailed
from proofup.directory.app_passwords import AppPassword, Digest
from proofup.directory.organisation import Organisation
from proofup.directory.users import User
from proofup.languages.catalogues import Catalogues
from proofup.methods.abilities import Provisioning
from proofup.methods.protocol import Origin
from proofup.pages.call_stage import ENDS
from proofup.pages.ceremony import Ceremony
from proofup.pages.cookies import Cookie, Cookies
from proofup.pages.dialect import PageDialect
from proofup.pages.errors import Problems
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of, remember
from proofup.pages.pages import Pages
from proofup.pages.static_files import StaticFiles
from proofup.values.client import Client
from proofup.values.clock import Clock
from proofup.values.errors import (
    LimitReachedError,
    ProofupError,
    StaleMethodError,
    StoreBusyError,
    TooBusyError,
    UnknownOutcomeError,
)
from proofup.values.ids import AppPasswordId, CorrelationId, Entropy, UserId
from proofup.values.messages import Delivery, DeliveryState
from proofup.values.secret import Secret
from proofup.web.entrance import entrance
from proofup.web.mount import Mount
from proofup.web.public_url import PublicUrl

NOON = datetime(2026, 11, 21, 14, 32, 30, tzinfo=UTC)
ROBIN = User(
    id=UserId("0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a11"),
    user_principal_name="robin.ashby@contoso.test",
    display_name="Robin Ashby",
    given_name="Robin",
    mail="robin@fabrikam.test",
    created_at=NOON,
)
CONTOSO = Organisation(
    name="Contoso",
    help_desk_phone="+44 20 7946 0018",
    help_desk_hours="every day, 7:00 to 22:00",
    default_region="GB",
)
EXPIRES = NOON + timedelta(minutes=3)
SIGN_IN_ADDRESS = "/signin/challenge/delivery"


def ago(**span: float) -> datetime:
    return NOON - timedelta(**span)


def delivered(state: DeliveryState, *, seconds: float = 3) -> Delivery:
    sent = state is not DeliveryState.QUEUED
    return Delivery(
        state=state,
        changed_at=ago(seconds=seconds),
        sent_at=ago(seconds=seconds + 1) if sent else None,
        delivered_at=ago(seconds=1) if state is DeliveryState.DELIVERED else None,
    )


PHONE = {
    "id": "m-phone",
    "kind": "phone",
    "slot": "phone.mobile",
    "is_lasting": True,
    "folder": "phone",
    "page": "/security-info/phone",
    "is_apart": False,
    "can_rename": False,
    "can_delete": True,
    "ways": ["sms", "voiceMobile"],
    "extension": None,
    "full": "+44 7700 900142",
    "is_masked": False,
    "masked": "+XX XXXXXXXX42",
    "ends_at": None,
    "last_used_at": ago(days=3),
    "created_at": ago(days=90),
}
OLD_PHONE = {**PHONE, "id": "m-old", "full": "+XX XXXXXXXX67", "is_masked": True}
APP = {
    "id": "m-app",
    "kind": "softwareOath",
    "slot": "oath.1",
    "is_lasting": True,
    "folder": "software_oath",
    "page": None,
    "is_apart": False,
    "can_rename": True,
    "can_delete": True,
    "ways": ["oath"],
    "extension": None,
    "full": "Robin's Pixel",
    "is_masked": False,
    "masked": "Robin's Pixel",
    "ends_at": None,
    "last_used_at": None,
    "created_at": ago(minutes=4),
}
EMAIL = {
    **PHONE,
    "id": "m-email",
    "kind": "email",
    "slot": "email",
    "is_lasting": False,
    "folder": "email",
    "page": "/security-info/email",
    "is_apart": False,
    "ways": ["email"],
    "full": "robin@example.org",
    "masked": "r***@example.org",
}
ALTERNATE = {
    **PHONE,
    "id": "m-alternate",
    "slot": "phone.alternateMobile",
    "page": "/security-info/phone/alternate",
    "is_apart": True,
    "ways": ["voiceAlternateMobile"],
    "full": "+1 425 555 0130",
}
OFFICE = {
    **PHONE,
    "id": "m-office",
    "slot": "phone.office",
    "page": "/security-info/phone/office",
    "is_apart": True,
    "ways": ["voiceOffice"],
    "full": "+1 425 555 0112",
    "extension": "4711",
}
SMS = {"kind": "phone", "way": "sms", "masked": "+XX XXXXXXXX67"}
OATH = {"kind": "softwareOath", "way": "oath", "masked": "Robin's Pixel"}

PUSH = {"kind": "microsoftAuthenticator", "way": "push", "masked": "Robin's Pixel"}
APP_CODES = {"kind": "microsoftAuthenticator", "way": "appCode", "masked": ""}
CALL = {"kind": "phone", "way": "voiceMobile", "masked": "+XX XXXXXXXX67"}
CALL_ALTERNATE = {"kind": "phone", "way": "voiceAlternateMobile", "masked": "+X XXXXXXXX30"}
CALL_OFFICE = {"kind": "phone", "way": "voiceOffice", "masked": "+X XXXXXXXX12"}

SENT: dict[str, Any] = {
    "delivery": delivered(DeliveryState.SENT),
    "stage": "sent",
    "expires_at": EXPIRES,
    "is_over": False,
    "resend_seconds": 24,
    "failed_before": False,
    "instead": None,
    "number": None,
    "origin": None,
}
NOTHING_SENT: dict[str, Any] = {
    "delivery": None,
    "stage": None,
    "expires_at": EXPIRES,
    "is_over": False,
    "resend_seconds": 0,
    "failed_before": False,
    "instead": None,
}
NOT_ASKED = {**NOTHING_SENT, "expires_at": None}
CHALLENGE: dict[str, Any] = {
    "user_name": ROBIN.user_principal_name,
    "masked": SMS["masked"],
    "because": None,
    "left": None,
    "until": None,
    "error": None,
    "trouble": None,
    "by_call": False,
    "kind": "phone",
    "way": "sms",
    "caller": None,
    "remember_days": 0,
    "remember": False,
    "other_ways": [OATH],
    "address": SIGN_IN_ADDRESS,
    **SENT,
}
CEREMONY = Ceremony('{"challenge": "…", "rpId": "id.contoso.test"}', "q-1.1")
PASSKEY = {
    **APP,
    "id": "m-passkey",
    "kind": "fido2",
    "slot": "fido2.1",
    "folder": "fido2",
    "ways": ["fido2"],
    "full": "Blue key",
    "facts": {"synced": "", "model": "Key 5"},
    "last_used_at": ago(days=2),
}
SYNCED = {**PASSKEY, "id": "m-synced", "full": "", "facts": {"synced": "yes", "model": ""}}
WITH_PASSKEY: dict[str, Any] = {
    **CHALLENGE,
    **NOTHING_SENT,
    "kind": "fido2",
    "way": "fido2",
    "masked": "Blue key",
    "ceremony": CEREMONY,
}
UNNAMED = SimpleNamespace(
    kind="fido2",
    folder="fido2",
    way="fido2",
    action="/signin/with/fido2/unnamed",
    ceremony=CEREMONY,
    because=None,
)
NAMELESS = {"ended": None, "unnamed": [UNNAMED], "until": None, "error": None}
COUNTRIES = [
    SimpleNamespace(code="FR", name="France", calling_code=33),
    SimpleNamespace(code="GB", name="United Kingdom", calling_code=44),
    SimpleNamespace(code="GS", name="South Georgia & South Sandwich Islands", calling_code=500),
]
CHANGE: dict[str, Any] = {
    "change": "/security-info/changes/r-1",
    "new": PHONE,
    "old": OLD_PHONE,
    "is_asked": True,
    "caller": "+44 20 7946 0018",
    "key": None,
    "because": None,
    "left": None,
    "until": None,
    "error": None,
    "trouble": None,
    "address": "/security-info/changes/r-1/delivery",
    **SENT,
}
SET_UP = {
    **CHANGE,
    **NOTHING_SENT,
    "new": APP,
    "old": None,
    "key": Provisioning(
        uri=Secret("otpauth://totp/Contoso?secret=JBSWY3DPEHPK3PXP"),
        secret=Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    ),
}

TOKEN: dict[str, Any] = {
    **APP,
    "id": "m-token",
    "kind": "hardwareOath",
    "slot": "hardwareOath",
    "folder": "hardware_oath",
    "page": "/security-info/token",
    "is_apart": True,
    "ways": ["hardwareOath"],
    "full": "Blue",
    "masked": "Blue",
    "facts": {"serialNumber": "A-2308-4471", "model": "c200", "activated": "yes"},
}
WAITING_TOKEN = {**TOKEN, "facts": {**TOKEN["facts"], "activated": ""}}
TOKEN_FORM: dict[str, Any] = {
    "page": "/security-info/token",
    "present": None,
    "typed": {"serialNumber": "A-2308-4471", "displayName": "Blue"},
    "reason": None,
}
TOKEN_CHANGE = {**SET_UP, "new": TOKEN, "key": None}
WITH_TOKEN: dict[str, Any] = {
    **CHALLENGE,
    **NOTHING_SENT,
    "kind": "hardwareOath",
    "way": "hardwareOath",
    "masked": "Blue",
}
DEVICE: dict[str, Any] = {
    **SET_UP,
    "new": {**APP, "kind": "microsoftAuthenticator"},
    "stage": "dialling",
    "key": Provisioning(
        uri=Secret("/authenticator#JBSWY3DPEHPK3PXPJBSWY3DP"),
        secret=Secret("JBSWY3DPEHPK3PXPJBSWY3DP"),
    ),
}
DEVICE_ASKED: dict[str, Any] = {
    "key": None,
    "number": "42",
    "origin": Origin(application="", client=Client(address="203.0.113.24")),
}


def entry(event: Event, *, actor: str = ROBIN.id, succeeded: bool = True) -> Entry:
    return Entry(
        at=ago(hours=len(event.word)),
        event=event,
        actor=actor,
        target=ROBIN.id,
        succeeded=succeeded,
        correlation_id=CorrelationId("4f6c2a1e-8d0b-4c57-9b3e-2d7a51c09e84"),
        network="203.0.113.0/24",
    )


SOME_ACTIVITY = [
    entry(MethodReplaced(kind="phone", was="", now="")),
    entry(SignedIn(level="multiFactor", way="sms")),
    entry(SignInFailed(because="wrongPassword"), succeeded=False),
    entry(MethodRemoved(kind="softwareOath", was="Blue", now=""), actor="help.notifier"),
]
DEVICES = [
    {
        "id": "7d1a5c0e-33c4-4f5e-9d5a-0b6a3c9f2e11",
        "is_this": True,
        "browser": "Chrome",
        "system": "Windows",
        "network": "203.0.113.0/24",
        "remembered_at": NOON - timedelta(days=9),
        "last_used_at": NOON,
        "ends_at": NOON + timedelta(days=21),
    },
    {
        "id": "7d1a5c0e-33c4-4f5e-9d5a-0b6a3c9f2e12",
        "is_this": False,
        "browser": "",
        "system": "",
        "network": "198.51.100.0/24",
        "remembered_at": NOON - timedelta(days=19),
        "last_used_at": NOON - timedelta(days=4),
        "ends_at": NOON + timedelta(days=11),
    },
]
SESSIONS = [
    {
        "id": "7d1a5c0e-33c4-4f5e-9d5a-0b6a3c9f2e21",
        "browser": "Chrome",
        "system": "Windows",
        "address": "203.0.113.24",
        "started_at": NOON - timedelta(hours=2),
        "last_seen_at": NOON,
        "is_here": True,
    },
    {
        "id": "7d1a5c0e-33c4-4f5e-9d5a-0b6a3c9f2e22",
        "browser": "",
        "system": "",
        "address": "2001:db8::7",
        "started_at": NOON - timedelta(hours=20),
        "last_seen_at": NOON - timedelta(minutes=40),
        "is_here": False,
    },
]
SECURITY_INFO: dict[str, Any] = {
    "methods": [APP, OLD_PHONE],
    "ends_at": None,
    "default": OATH,
    "has_choice": True,
    "codes_left": 8,
    "stood_in": None,
    "devices": [],
    "sessions": SESSIONS[:1],
    "can_add": True,
    "app_passwords": {"count": 2, "is_open": True},
    "password_changed_at": datetime(2026, 8, 4, tzinfo=UTC),
    "done": None,
    "fresh": None,
    "told": ROBIN.mail,
    "held": False,
    "calls": [],
    "stand_in": "recovery_codes",
    "done_kind": None,
    "has_changed": False,
    "activity": SOME_ACTIVITY,
    "kinds": METHODS.kinds,
    "signals": [],
}
ALL_ACTIVITY: dict[str, Any] = {
    "activity": SOME_ACTIVITY,
    "kinds": METHODS.kinds,
    "days": 30,
    "most": 100,
    "is_cut": False,
    "held": False,
}
RESTORE: dict[str, Any] = {"back": None, "devices": DEVICES, "staying": [APP, OLD_PHONE]}
EVERYWHERE: dict[str, Any] = {
    "sessions": SESSIONS,
    "devices": [],
    "staying": [APP, OLD_PHONE],
    "codes_left": 0,
    "can_add": True,
}
TYPED = {"number": "07700 900215", "region": "GB", "extension": "", "way": "sms"}
EMAIL_FORM: dict[str, Any] = {
    "slot": "email",
    "page": "/security-info/email",
    "present": None,
    "typed": {"mail": ""},
    "reason": None,
}
PHONE_FORM: dict[str, Any] = {
    "slot": "phone.mobile",
    "page": "/security-info/phone",
    "is_only": True,
    "typed": {"number": "", "region": "GB", "extension": ""},
    "ways": ["sms"],
    "chosen": "sms",
    "from_directory": False,
    "present": OLD_PHONE,
    "countries": COUNTRIES,
    "reason": None,
}


@dataclass(frozen=True)
class Sample:
    template: str
    context: dict[str, Any]
    signed_in: bool = False
    status: int = 200


def _signin(template: str, context: dict[str, Any], **changed: Any) -> Sample:
    return Sample(f"signin/{template}.html", {**context, **changed})


def _method(template: str, context: dict[str, Any], **changed: Any) -> Sample:
    return Sample(f"methods/{template}.html", {**context, **changed})


def _own(template: str, context: dict[str, Any], **changed: Any) -> Sample:
    """Return a page of a method in the portal."""
    return Sample(f"methods/{template}.html", {**context, **changed}, signed_in=True)


def _portal(template: str, context: dict[str, Any], **changed: Any) -> Sample:
    return Sample(f"portal/{template}.html", {**context, **changed}, signed_in=True)


NAME = {"user_name": "", "return_to": None, "was_reset": False, **NAMELESS}
PASSWORD: dict[str, object] = {
    "user_name": ROBIN.user_principal_name,
    "others": [],
    "because": None,
    "until": None,
    "error": None,
}
NEW_PASSWORD = {"because": None, "until": None, "least": 12, "most": 128}
OF_MAIL = {"kind": "email", "way": "email"}
FORGOTTEN: dict[str, Any] = {
    "user_name": ROBIN.user_principal_name,
    "anybody": [
        {"kind": "softwareOath", "way": "oath"},
        {"kind": "phone", "way": "sms"},
        OF_MAIL,
    ],
    "own": [],
    "until": None,
}
FORGOTTEN_CODE: dict[str, Any] = {
    "user_name": ROBIN.user_principal_name,
    "way": OF_MAIL,
    "has_proven": False,
    "because": None,
    "left": None,
    "until": None,
    "error": None,
}
FORCED = {"user_name": ROBIN.user_principal_name, "because": None, "least": 12, "most": 128}
NOT_CHANGED = (
    "wrong",
    "paused",
    "again",
    "same",
    "too short",
    "too long",
    "common",
    "context",
)
WRONG = {"because": "wrong", "left": 3, "error": "500121 WrongCodeEntered"}
LATE = {"stage": "late", "delivery": delivered(DeliveryState.SENT, seconds=40), "resend_seconds": 0}
OVER = {"is_over": True, "expires_at": ago(minutes=1), "resend_seconds": 0}
FAILED = {"stage": "failed", "delivery": delivered(DeliveryState.FAILED), "resend_seconds": 0}
ARRIVED = {"stage": "delivered", "delivery": delivered(DeliveryState.DELIVERED)}
CALLING = ("dialling", "dialled", "slow", "ringing", "answered", "anotherKey")
CALLED: dict[str, Any] = {
    **CHALLENGE,
    "stage": "ringing",
    "way": "voiceMobile",
    "caller": "+44 20 7946 0018",
    "other_ways": [SMS, CALL_OFFICE],
}
ASKED: dict[str, Any] = {
    **CHALLENGE,
    "kind": "microsoftAuthenticator",
    "way": "push",
    "masked": "Robin's Pixel",
    "stage": "dialling",
    "delivery": None,
    "resend_seconds": 0,
    "number": "42",
    "origin": Origin(
        application="",
        client=Client(address="203.0.113.24", agent="Mozilla/5.0 (Windows NT 10.0) Chrome/156.0"),
    ),
}
APP_CODE: dict[str, Any] = {**ASKED, "way": "appCode", "stage": None, "number": None}
REQUEST_ENDS = ("denied", "wrongNumber", "late", "methodGone", "notAsked")
QUEUED = {"stage": "queued", "delivery": delivered(DeliveryState.QUEUED)}
CODES = {"made_at": ago(days=30), "count": 10, "replaces": "c-1"}
STOOD_IN = {"kind": "recoveryCodes", "left": 9}
APPS: dict[str, Any] = {
    "last": None,
    "stood_in": None,
    "tiles": [],
    "has_tiles": False,
    "wanted": "",
}
NEVER = {"resend_seconds": None}
LIMIT = {
    "trouble": "limit",
    "error": "50088 AuthenticationMethodLimitReached",
    "until": NOON + timedelta(hours=1),
    "resend_seconds": None,
}

OPTIONS = {
    "user_name": ROBIN.user_principal_name,
    "options": [OATH, SMS],
    "lost": False,
    "stand_in": {"kind": "recoveryCodes", "way": "recoveryCode"},
}
CLASSIC_LINE = {
    "is_on": True,
    "is_ticked": False,
    "number": "",
    "region": "GB",
    "extension": "",
    "masked": None,
    "from_directory": False,
    "problem": None,
}
CLASSIC_LINES: list[dict[str, Any]] = [
    {**CLASSIC_LINE, "name": "phone", "is_ticked": True, "number": "7700 900142"},
    {
        **CLASSIC_LINE,
        "name": "office",
        "number": "20 7946 0018",
        "extension": "204",
        "from_directory": True,
    },
    {**CLASSIC_LINE, "name": "alternate", "is_ticked": True, "number": "7700 900130"},
]


def _sections(lines: list[dict[str, Any]], *, apps: list[Any]) -> list[dict[str, Any]]:
    ticked = {"methods": apps, "is_ticked": bool(apps), "can_add": True}
    return [
        {"kind": "phone", "folder": "phone", "countries": COUNTRIES, "lines": lines},
        {"kind": "microsoftAuthenticator", "folder": "microsoft_authenticator", **ticked},
        {"kind": "softwareOath", "folder": "software_oath", **ticked},
    ]


CLASSIC: dict[str, Any] = {
    "version": "7",
    "done": None,
    "reason": None,
    "is_fresh": True,
    "is_demanded": True,
    "options": [
        {"kind": "phone", "way": "voiceMobile", "is_on": True, "is_chosen": False},
        {"kind": "phone", "way": "sms", "is_on": True, "is_chosen": True},
        {"kind": "phone", "way": "voiceOffice", "is_on": True, "is_chosen": False},
        {"kind": None, "way": "push", "is_on": False, "is_chosen": False},
        {"kind": "softwareOath", "way": "oath", "is_on": True, "is_chosen": False},
    ],
    "sections": _sections(CLASSIC_LINES, apps=[APP]),
    "only": None,
    "has_methods": True,
    "codes_left": 0,
    "app_passwords_open": True,
    "devices": DEVICES,
    "remember_days": 30,
}
APP_PASSWORDS = [
    AppPassword(
        id=AppPasswordId("3fd1c1a9-9f0e-4f6e-8b43-6c7e8ad0a001"),
        user_id=ROBIN.id,
        name=name,
        digest=Digest("", b""),
        created_at=datetime(2026, 8, 4, tzinfo=UTC),
        last_used_at=used_at,
        last_used_for="imap",
        last_used_from="192.0.2.9",
    )
    for name, used_at in (("laptop at home", ago(minutes=5)), ("گوشی قدیمی", None))
]
APP_PASSWORD_LIST: dict[str, Any] = {
    "app_passwords": APP_PASSWORDS,
    "is_allowed": True,
    "can_make": True,
    "reason": None,
    "done": False,
}
NEW_APP_PASSWORD: dict[str, Any] = {"typed": "", "longest": 64, "reason": None}
CLASSIC_WRONG = [{**CLASSIC_LINES[0], "problem": "not a number"}, *CLASSIC_LINES[1:]]
CLASSIC_HIDDEN = [
    {**CLASSIC_LINES[0], "number": "", "masked": "+XX XXXXXXXX42"},
    {**CLASSIC_LINES[1], "is_on": False, "number": ""},
    CLASSIC_LINES[2] | {"is_on": False, "is_ticked": False, "number": ""},
]

ELSEWHERE = {"typed": TYPED, "page": "/security-info/phone"}
DELETE: dict[str, Any] = {
    "method": OLD_PHONE,
    "staying": [APP],
    "next_default": None,
    "is_demanded": False,
}
RENAME = {"method": APP, "typed": {"displayName": "Blue phone"}, "reason": None}
TEXT_OR_CALL: dict[str, Any] = {"ways": ["sms", "voiceMobile"]}
ALTERNATE_FORM: dict[str, Any] = {
    **PHONE_FORM,
    "slot": "phone.alternateMobile",
    "page": "/security-info/phone/alternate",
    "present": None,
    "ways": ["voiceAlternateMobile"],
    "chosen": "voiceAlternateMobile",
}
OFFICE_FORM: dict[str, Any] = {
    **PHONE_FORM,
    "slot": "phone.office",
    "page": "/security-info/phone/office",
    "present": None,
    "ways": ["voiceOffice"],
    "chosen": "voiceOffice",
    "typed": {"number": "4255550112", "region": "US", "extension": "4711"},
    "from_directory": True,
}
CHANGE_BY_CALL: dict[str, Any] = {**CHANGE, "stage": "ringing", "new": ALTERNATE}

CHOICES: list[dict[str, Any]] = [
    {
        "choice": "softwareOath",
        "kind": "softwareOath",
        "is_lasting": True,
        "folder": "software_oath",
        "slot": "oath.1",
        "is_named": True,
    },
    *(
        {"choice": choice, "kind": "phone", "folder": "phone", "slot": slot, "is_named": False}
        for choice, slot in (
            ("phone", "phone.mobile"),
            ("alternatePhone", "phone.alternateMobile"),
            ("officePhone", "phone.office"),
        )
    ),
]
PROVING_UP = {
    "user_name": ROBIN.user_principal_name,
    "methods": [],
    "choices": CHOICES,
    "chosen": "softwareOath",
    "typed": {"displayName": ""},
    "reason": None,
    "missing": 1,
    "improves": None,
    "can_add": True,
    "is_invited": True,
    "may_wait": False,
    "days_left": None,
    "times_left": None,
    "ends_at": None,
}
CHECK: dict[str, Any] = {
    "word": "",
    "is_refused": False,
    "ceremony": CEREMONY,
    "kind": "fido2",
    "way": "fido2",
}
OAUTH: dict[str, Any] = {
    "action": "/common/oauth2/v2.0/authorize/answer",
    "application": "Expenses",
    "user": ROBIN,
}
PASS = PASSWORD | {"action": "/signin/with/temporaryAccessPass"}
SAMPLES: dict[str, Sample] = {
    **{
        name: Sample(f"admin/{template}.html", dict(context), signed_in=True)
        for name, (template, context) in {
            **JOB_PAGES,
            **ADMIN_PAGES,
            **APPLICATION_PAGES,
            **POLICY_PAGES,
        }.items()
    },
    "recovery": _method("recovery_codes/challenge", PASSWORD | {"left": None}),
    "recovery-wrong": _method("recovery_codes/challenge", PASSWORD | WRONG),
    "recovery-paused": _method(
        "recovery_codes/challenge",
        PASSWORD | {"left": 0},
        because="paused",
        until=EXPIRES,
        error="50053 X",
    ),
    "recovery-used": _method(
        "recovery_codes/challenge", PASSWORD | {"left": 0}, because="alreadyUsed"
    ),
    "pass": _method("temporary_access_pass/challenge", PASS),
    "pass-wrong": _method("temporary_access_pass/challenge", PASS, because="wrong"),
    "pass-used": _method("temporary_access_pass/challenge", PASS, because="alreadyUsed"),
    "pass-ended": _method("temporary_access_pass/challenge", PASS, because="late"),
    "pass-not-allowed": _method("temporary_access_pass/challenge", PASS, because="notAllowed"),
    "pass-paused": _method(
        "temporary_access_pass/challenge", PASS, because="paused", until=EXPIRES, error="50053 X"
    ),
    "password-or-pass": Sample(
        "signin/password.html",
        PASSWORD
        | {
            "others": [
                {"kind": "temporaryAccessPass", "way": "temporaryAccessPass", "path": "/signin"}
            ]
        },
    ),
    "name-reset": _signin("name", NAME, was_reset=True),
    "forgotten": _signin("forgotten", {"user_name": ""}),
    "forgotten-off": _signin("forgotten_off", {}),
    "forgotten-ways": _signin("forgotten_ways", FORGOTTEN),
    "forgotten-ways-limit": _signin("forgotten_ways", FORGOTTEN, until=EXPIRES),
    "forgotten-ways-second": _signin("forgotten_ways", FORGOTTEN, anybody=[], own=[SMS, OATH]),
    "forgotten-code": _signin("forgotten_code", FORGOTTEN_CODE),
    **{
        f"forgotten-code-{because}-{left}": _signin(
            "forgotten_code",
            FORGOTTEN_CODE,
            because=because,
            left=left,
            until=EXPIRES,
            error="500121 WrongCodeEntered",
        )
        for because, left in (("wrong", 3), ("wrong", 0), ("paused", 0))
    },
    "forgotten-new": _signin("forgotten_new", FORCED),
    "forgotten-new-short": _signin("forgotten_new", FORCED, because="too short"),
    "new-password": _signin("new_password", FORCED),
    **{
        f"new-password-{because}".replace(" ", "-"): _signin(
            "new_password", FORCED, because=because
        )
        for because in NOT_CHANGED
        if because not in {"wrong", "paused"}
    },
    "change-password": _portal("change_password", NEW_PASSWORD),
    **{
        f"change-password-{because}".replace(" ", "-"): _portal(
            "change_password", NEW_PASSWORD, because=because, until=ago(minutes=-1)
        )
        for because in NOT_CHANGED
    },
    "codes": _own("recovery_codes/issue", {**CODES, "left": 8}),
    "codes-few": _own("recovery_codes/issue", {**CODES, "left": 1}),
    "codes-none": _own(
        "recovery_codes/issue", {**CODES, "left": 0, "made_at": None, "replaces": ""}
    ),
    "codes-new": _own(
        "recovery_codes/issued", {"codes": ["7K2M-9QPW-DXR4-TNBC"] * 10, "made_at": NOON}
    ),
    "classic": _portal("classic", CLASSIC),
    "classic-saved": _portal("classic", CLASSIC, done="saved", is_demanded=False, only="phone"),
    "classic-nothing": _portal(
        "classic",
        CLASSIC,
        done="nothing",
        sections=_sections(CLASSIC_LINES, apps=[]),
        only="softwareOath",
    ),
    "classic-wrong": _portal(
        "classic", CLASSIC, reason="contact", sections=_sections(CLASSIC_WRONG, apps=[APP])
    ),
    "classic-switched-off": _portal("classic", CLASSIC, reason="switched off"),
    "classic-first": _portal("classic", CLASSIC, is_demanded=False, has_methods=False),
    "classic-hidden": _portal(
        "classic", CLASSIC, is_fresh=False, sections=_sections(CLASSIC_HIDDEN, apps=[APP])
    ),
    "proofup": Sample("portal/proofup.html", PROVING_UP),
    "proofup-may-wait": Sample(
        "portal/proofup.html", PROVING_UP | {"may_wait": True, "days_left": 12}
    ),
    "proofup-not-invited": Sample(
        "portal/proofup.html",
        PROVING_UP | {"may_wait": True, "can_add": False, "is_invited": False},
    ),
    "invitation-of-guest": Sample(
        "portal/invitation_to_password.html", FORCED | {"is_guest": True}
    ),
    "invitation-to-password": Sample(
        "portal/invitation_to_password.html", {**FORCED, "is_guest": False, "because": "common"}
    ),
    "invitation": Sample("portal/invitation.html", {"user_name": ROBIN.user_principal_name}),
    "proofup-ends": Sample(
        "portal/proofup.html",
        PROVING_UP | {"methods": [PHONE], "missing": 0, "improves": "fido2", "ends_at": NOON},
    ),
    "proofup-improves": Sample(
        "portal/proofup.html",
        PROVING_UP
        | {"methods": [PHONE], "missing": 0, "improves": "softwareOath", "may_wait": True},
    ),
    "proofup-one-more": Sample("portal/proofup.html", PROVING_UP | {"methods": [PHONE]}),
    "proofup-default": Sample(
        "portal/proofup.html", PROVING_UP | {"methods": [PHONE], "missing": 0}
    ),
    "proofup-done": Sample(
        "portal/proofup_done.html",
        {
            "user_name": ROBIN.user_principal_name,
            "methods": [PHONE, APP],
            "default": {"kind": "softwareOath", "way": "oath", "masked": ""},
            "proposed": [
                {"kind": "phone", "choice": "phone"},
                {"kind": "recoveryCodes", "choice": "recoveryCodes"},
            ],
        },
    ),
    "my-apps": _portal(
        "my_apps", {**APPS, "last": entry(SignedIn(level="multiFactor", way="sms"))}
    ),
    "allowed-applications": _portal(
        "allowed_applications", {"is_done": True}, applications=ALLOWED
    ),
    "allowed-applications-none": _portal(
        "allowed_applications", {"is_done": False}, applications=[]
    ),
    "my-apps-first": _portal("my_apps", APPS),
    "my-apps-tiles": _portal("my_apps", APPS, tiles=TILES, has_tiles=True),
    "my-apps-none-found": _portal("my_apps", APPS, has_tiles=True, wanted="payrol"),
    "my-apps-stood-in": _portal("my_apps", APPS, stood_in=STOOD_IN),
    "info-stood-in": _portal("security_info", SECURITY_INFO, stood_in={**STOOD_IN, "left": 0}),
    "info-only-codes": _portal("security_info", SECURITY_INFO, methods=[PHONE]),
    "profile": _portal(
        "profile", {"user": ROBIN, "mobile_phone": "+44 7700 900067", "business_phones": []}
    ),
    "name": _signin("name", NAME),
    "name-return": _signin("name", NAME, user_name="robin", return_to="/security-info?done=x"),
    "name-refused": _signin(
        "name",
        NAME,
        unnamed=[SimpleNamespace(**{**vars(UNNAMED), "because": "methodGone"})],
        error="500121 x",
    ),
    "name-timed-out": _signin("name", NAME, ended="time"),
    "name-revoked": _signin("name", NAME, ended="revoked"),
    "password": _signin("password", PASSWORD),
    "password-wrong": _signin(
        "password", PASSWORD, because="wrong", error="50126 InvalidUserNameOrPassword"
    ),
    "password-paused": _signin(
        "password", PASSWORD, because="paused", until=EXPIRES, error="50053 IdsLocked"
    ),
    "password-known-only": _signin(
        "password", PASSWORD, because="knownBrowsersOnly", until=EXPIRES, error="50053 IdsLocked"
    ),
    "text": _method("phone/challenge_texts", CHALLENGE),
    "text-queued": _method("phone/challenge_texts", CHALLENGE, **QUEUED),
    "text-arrived": _method("phone/challenge_texts", CHALLENGE, **ARRIVED),
    "text-trouble": _method("phone/challenge_texts", {**CHALLENGE, **WRONG, **LATE}, instead=CALL),
    "text-after-failure": _method(
        "phone/challenge_texts", CHALLENGE, failed_before=True, instead=CALL
    ),
    "text-failed": _method("phone/challenge_texts", CHALLENGE, **FAILED),
    "text-over": _method("phone/challenge_texts", CHALLENGE, **OVER),
    "text-limit": _method("phone/challenge_texts", CHALLENGE, **LIMIT),
    "text-too-soon": _method(
        "phone/challenge_texts", {**CHALLENGE, **NOT_ASKED, **LIMIT, "resend_seconds": 24}
    ),
    "text-country": _method(
        "phone/challenge_texts", {**CHALLENGE, **NOT_ASKED, **NEVER}, trouble="country"
    ),
    "text-line": _method(
        "phone/challenge_texts", {**CHALLENGE, **NOT_ASKED, **NEVER}, trouble="line"
    ),
    "text-country-stopped": _method(
        "phone/challenge_texts", {**CHALLENGE, **NOT_ASKED, **LIMIT}, trouble="country"
    ),
    "text-only-way": _method("phone/challenge_texts", CHALLENGE, other_ways=[]),
    "code": _method(
        "software_oath/challenge", {**CHALLENGE, "kind": "softwareOath", **NOTHING_SENT}
    ),
    "code-wrong": _method(
        "software_oath/challenge", {**CHALLENGE, "kind": "softwareOath", **NOTHING_SENT, **WRONG}
    ),
    "code-over": _method(
        "software_oath/challenge",
        {**CHALLENGE, "kind": "softwareOath", **NOTHING_SENT},
        because="late",
    ),
    **{
        f"call-{stage}": _method("phone/challenge_calls", CALLED, stage=stage)
        for stage in (*CALLING, "approved")
    },
    **{
        f"call-{end}": _method(
            "phone/challenge_calls", CALLED, because=end, error="500121 PhoneBusy"
        )
        for end in (*sorted(ENDS - {"fraud"}), "methodGone", "notAsked")
    },
    "call-office": _method("phone/challenge_calls", CALLED, way="voiceOffice", caller=None),
    "call-limit": _method("phone/challenge_calls", {**CALLED, **LIMIT}, by_call=True),
    "call-country": _method(
        "phone/challenge_calls",
        {**CALLED, **NOT_ASKED, **NEVER},
        trouble="country",
        by_call=True,
        masked=None,
    ),
    "request": _method("microsoft_authenticator/challenge", ASKED),
    "request-remember": _method("microsoft_authenticator/challenge", ASKED, remember_days=30),
    "request-nameless": _method("microsoft_authenticator/challenge", ASKED, masked="", origin=None),
    **{
        f"request-{stage}": _method("microsoft_authenticator/challenge", ASKED, stage=stage)
        for stage in ("slow", "approved", "denied")
    },
    **{
        f"request-end-{end}": _method(
            "microsoft_authenticator/challenge", ASKED, because=end, error="500121 UserDeclined"
        )
        for end in REQUEST_ENDS
    },
    "request-limit": _method("microsoft_authenticator/challenge", {**ASKED, **LIMIT}),
    "request-paused": _method(
        "microsoft_authenticator/challenge", {**ASKED, **LIMIT}, trouble="paused"
    ),
    "request-not-sent": _method(
        "microsoft_authenticator/challenge", {**ASKED, **LIMIT}, until=None
    ),
    "app-code": _method("microsoft_authenticator/challenge", APP_CODE),
    **{
        f"app-code-{because}": _method(
            "microsoft_authenticator/challenge", APP_CODE, because=because, left=left
        )
        for because, left in (
            ("wrong", 3),
            ("clock", 2),
            ("alreadyUsed", 2),
            ("methodGone", None),
            ("paused", None),
            ("late", None),
        )
    },
    "options-all": _signin(
        "options", OPTIONS, options=[PUSH, APP_CODES, OATH, SMS, CALL, CALL_OFFICE, CALL_ALTERNATE]
    ),
    "options": _signin("options", OPTIONS),
    "options-none": _signin("options", OPTIONS, options=[], stand_in=None),
    "options-lost": _signin("options", OPTIONS, options=[OATH], lost=True),
    "stay": _signin("stay", {"hours": 24, "then": None}),
    "stay-then": _signin("stay", {"hours": 24, "then": "phone"}),
    "signed-out": _signin("signed_out", {"everywhere": False}),
    "signed-out-everywhere": _signin("signed_out", {"everywhere": True}),
    "info": _portal("security_info", SECURITY_INFO),
    "info-changed": _portal(
        "security_info",
        SECURITY_INFO,
        methods=[APP, PHONE],
        done="phone-changed",
        done_kind="phone",
        has_changed=True,
        fresh="m-phone",
    ),
    "info-one": _portal(
        "security_info", SECURITY_INFO, methods=[OLD_PHONE], has_choice=False, default=SMS
    ),
    "info-one-app": _portal(
        "security_info", SECURITY_INFO, methods=[APP], has_choice=False, done="removed", told=None
    ),
    "info-none": _portal(
        "security_info", SECURITY_INFO, methods=[], default=None, has_choice=False, activity=[]
    ),
    "info-held": _portal("security_info", SECURITY_INFO, held=True, password_changed_at=None),
    "info-app-added": _portal(
        "security_info",
        SECURITY_INFO,
        done="softwareOath-added",
        done_kind="softwareOath",
        fresh="m-app",
    ),
    "info-phone-added": _portal(
        "security_info", SECURITY_INFO, done="phone-added", done_kind="phone", fresh="gone"
    ),
    "info-default": _portal("security_info", SECURITY_INFO, done="default-changed"),
    "info-password": _portal("security_info", SECURITY_INFO, done="password-changed"),
    "email": _own("email/form", EMAIL_FORM),
    "email-change": _own("email/form", EMAIL_FORM, present=EMAIL),
    **{
        f"email-{reason}": _own("email/form", EMAIL_FORM, reason=reason)
        for reason in ("empty", "form", "several", "letters", "same", "way")
    },
    "email-confirm": _own("email/register_mails", CHANGE, new=EMAIL, old=None),
    "email-confirm-wrong": _own(
        "email/register_mails", CHANGE, new=EMAIL, old=EMAIL, because="wrong", left=3, error="1 X"
    ),
    "email-confirm-late": _own(
        "email/register_mails", CHANGE, new=EMAIL, because="late", left=0, error="1 X"
    ),
    "email-confirm-limit": _own(
        "email/register_mails", {**CHANGE, **LIMIT}, new=EMAIL, is_asked=False
    ),
    "email-elsewhere": _own(
        "email/changed_elsewhere",
        {"present": EMAIL, "typed": {"mail": "r@example.net"}, "page": "/security-info/email"},
    ),
    "info-email": _portal("security_info", SECURITY_INFO, methods=[APP, EMAIL], fresh=EMAIL["id"]),
    "phone": _own("phone/form", PHONE_FORM),
    "phone-first": _own("phone/form", PHONE_FORM, present=None, typed=TYPED),
    "phone-wrong": _own(
        "phone/form", PHONE_FORM, typed={**TYPED, "number": "12"}, reason="not a number"
    ),
    "phone-choice": _own("phone/form", PHONE_FORM, **TEXT_OR_CALL),
    "phone-landline": _own(
        "phone/form",
        {**PHONE_FORM, **TEXT_OR_CALL},
        typed={**TYPED, "number": "020 7946 0018"},
        reason="landline",
        chosen="voiceMobile",
    ),
    "phone-call": _own("phone/form", PHONE_FORM, present=None, ways=["voiceMobile"]),
    "phone-alternate": _own("phone/form", ALTERNATE_FORM),
    "phone-alternate-same": _own("phone/form", ALTERNATE_FORM, reason="same"),
    "phone-alternate-change": _own("phone/form", ALTERNATE_FORM, present=ALTERNATE),
    "phone-office": _own("phone/form", OFFICE_FORM),
    "phone-office-change": _own("phone/form", OFFICE_FORM, present=OFFICE, reason="way"),
    "phone-office-extension": _own("phone/form", OFFICE_FORM, reason="extension"),
    "confirm-call": _own("phone/register_calls", CHANGE_BY_CALL),
    "confirm-call-office": _own("phone/register_calls", CHANGE_BY_CALL, old=None, new=OFFICE),
    "confirm-call-busy": _own("phone/register_calls", CHANGE_BY_CALL, because="busy"),
    "confirm-call-limit": _own(
        "phone/register_calls", {**CHANGE_BY_CALL, **NOT_ASKED, **LIMIT}, is_asked=False
    ),
    "info-all": _portal(
        "security_info",
        SECURITY_INFO,
        methods=[APP, PHONE, ALTERNATE, OFFICE],
        done="phone-added",
        done_kind="phone",
        fresh="m-office",
    ),
    "info-alternate": _portal(
        "security_info",
        SECURITY_INFO,
        methods=[PHONE, ALTERNATE],
        done="phone-changed",
        done_kind="phone",
        has_changed=True,
        fresh="m-alternate",
    ),
    "info-devices": _portal("security_info", SECURITY_INFO, devices=DEVICES),
    "info-device-forgotten": _portal(
        "security_info", SECURITY_INFO, devices=DEVICES[:1], done="device-forgotten"
    ),
    "info-sessions": _portal("security_info", SECURITY_INFO, sessions=SESSIONS),
    "info-session-ended": _portal("security_info", SECURITY_INFO, done="session-ended"),
    "info-nothing-missing": _portal("security_info", SECURITY_INFO, done="nothing-missing"),
    "activity": _portal("all_activity", ALL_ACTIVITY),
    "activity-cut": _portal("all_activity", ALL_ACTIVITY, is_cut=True, held=True),
    "restore-devices": _portal("restore_devices", RESTORE),
    "restore-no-devices": _portal("restore_devices", RESTORE, devices=[], back="classic"),
    "sign-out-everywhere": _portal("sign_out_everywhere", EVERYWHERE),
    "sign-out-everywhere-codes": _portal(
        "sign_out_everywhere", EVERYWHERE, codes_left=8, can_add=False
    ),
    "sign-out-everywhere-devices": _portal(
        "sign_out_everywhere", EVERYWHERE, sessions=SESSIONS[:1], devices=DEVICES, staying=[]
    ),
    "info-devices-restored": _portal("security_info", SECURITY_INFO, done="devices-restored"),
    "classic-restored": _portal("classic", CLASSIC, done="restored", devices=[]),
    "text-remember": _method("phone/challenge_texts", CHALLENGE, remember_days=30),
    "code-remember": _method(
        "software_oath/challenge",
        {**CHALLENGE, "kind": "softwareOath", **NOTHING_SENT},
        remember_days=1,
        remember=True,
    ),
    "info-one-device": _portal("security_info", SECURITY_INFO, codes_left=0),
    "info-switched-off": _portal(
        "security_info", SECURITY_INFO, methods=[{**OFFICE, "ways": []}, {**PHONE, "ways": ["sms"]}]
    ),
    "confirm": _own("phone/register_texts", CHANGE),
    "confirm-first": _own("phone/register_texts", CHANGE, old=None, resend_seconds=0),
    "confirm-wrong": _own("phone/register_texts", {**CHANGE, **LATE}, because="wrong", left=1),
    "confirm-limit": _own("phone/register_texts", {**CHANGE, **NOT_ASKED, **LIMIT}, is_asked=False),
    "passkey": _method("fido2/challenge", WITH_PASSKEY),
    "passkey-remember": _method("fido2/challenge", WITH_PASSKEY, remember_days=14),
    "passkey-over": _method(
        "fido2/challenge", WITH_PASSKEY, because="tooMany", ceremony=None, error="500121 x"
    ),
    "passkey-first": _method(
        "fido2/challenge", WITH_PASSKEY, action="/signin/with/fido2", because="cloned"
    ),
    "passkey-new": _own("fido2/register", SET_UP, new=PASSKEY, ceremony=CEREMONY),
    "passkey-new-over": _own(
        "fido2/register", SET_UP, new=SYNCED, ceremony=None, because="tooMany"
    ),
    "passkey-new-taken": _own("fido2/register", SET_UP, new=SYNCED, ceremony=None, because="taken"),
    "info-passkeys": _portal(
        "security_info", SECURITY_INFO, methods=[PASSKEY, SYNCED], signals=['[{"name": "s"}]']
    ),
    "app": _own("software_oath/register", SET_UP),
    "app-wrong": _own("software_oath/register", SET_UP, because="wrong", left=4),
    "app-over": _own("software_oath/register", SET_UP, because="late", is_over=True),
    **{
        f"token-new{'-' if reason else ''}{reason or ''}": _own(
            "hardware_oath/form", TOKEN_FORM, reason=reason
        )
        for reason in (None, "unknown", "taken", "name", "same", "way")
    },
    "token-change": _own("hardware_oath/form", TOKEN_FORM, present=TOKEN),
    "token-activate": _own("hardware_oath/form", TOKEN_FORM, present=WAITING_TOKEN),
    "token-confirm": _own("hardware_oath/register", TOKEN_CHANGE),
    **{
        f"token-confirm-{because}": _own(
            "hardware_oath/register", TOKEN_CHANGE, because=because, left=left
        )
        for because, left in (("wrong", 3), ("wrong", None), ("clock", None), ("alreadyUsed", None))
    },
    "token-elsewhere": _own("hardware_oath/changed_elsewhere", {**TOKEN_FORM, "present": TOKEN}),
    "token-elsewhere-gone": _own("hardware_oath/changed_elsewhere", TOKEN_FORM),
    "token-code": _method("hardware_oath/challenge", WITH_TOKEN),
    "token-code-remember": _method("hardware_oath/challenge", WITH_TOKEN, remember_days=30),
    **{
        f"token-code-{because}": _method(
            "hardware_oath/challenge", WITH_TOKEN, because=because, left=left
        )
        for because, left in (("wrong", 2), ("clock", None), ("alreadyUsed", None))
    },
    "info-ends": _portal("security_info", SECURITY_INFO, methods=[OLD_PHONE], ends_at=EXPIRES),
    "info-token": _portal("security_info", SECURITY_INFO, methods=[TOKEN, WAITING_TOKEN]),
    "device": _own("microsoft_authenticator/register", DEVICE),
    "device-asked": _own("microsoft_authenticator/register", DEVICE, **DEVICE_ASKED),
    "device-nameless": _own(
        "microsoft_authenticator/register", DEVICE, new={**DEVICE["new"], "full": ""}
    ),
    "device-over": _own("microsoft_authenticator/register", DEVICE, because="late"),
    "device-denied": _own(
        "microsoft_authenticator/register", DEVICE, because="denied", **DEVICE_ASKED
    ),
    "device-limit": _own(
        "microsoft_authenticator/register", {**DEVICE, **DEVICE_ASKED, **LIMIT}, is_asked=False
    ),
    "authenticator": Sample("authenticator/app.html", {}),
    "oauth-consent": Sample("oauth/ask.html", {**OAUTH, "consents": ["User.Read", "openid"]}),
    "oauth-account": Sample("oauth/ask.html", {**OAUTH, "consents": []}),
    "oauth-device": Sample("oauth/device.html", {"problem": None, "code": "BCDFGHJKL"}),
    "oauth-device-wrong": Sample("oauth/device.html", {"problem": "unknown", "code": ""}),
    "oauth-device-confirm": Sample("oauth/device_confirm.html", {**OAUTH, "code": "BCDFGHJKL"}),
    "oauth-device-done": Sample("oauth/device_done.html", {**OAUTH, "allowed": True}),
    "oauth-device-refused": Sample("oauth/device_done.html", {**OAUTH, "allowed": False}),
    "oauth-sign-out": Sample(
        "oauth/sign_out.html", {"action": "/oauth/sign-out", "client": "", "to": "", "state": ""}
    ),
    "verify": _portal(
        "verify_again",
        {
            "to": "/security-info/changes/r-1",
            "options": [OATH, SMS],
            "proven_at": ago(minutes=14),
            "back": "/security-info",
            "typed": "+44 7700900142",
        },
    ),
    "verify-password": _portal(
        "verify_again",
        {
            "to": "/security-info",
            "options": [],
            "proven_at": ago(minutes=14),
            "back": "/security-info",
            "typed": None,
        },
    ),
    "verify-first": _portal(
        "verify_again",
        {
            "to": "/security-info",
            "options": [OATH, SMS],
            "proven_at": None,
            "back": "/myapps",
            "typed": None,
        },
    ),
    "elsewhere": _own("phone/changed_elsewhere", {**ELSEWHERE, "present": PHONE}),
    "elsewhere-gone": _own(
        "phone/changed_elsewhere",
        {**ELSEWHERE, "present": None, "typed": {**TYPED, "number": "+44 7700900215"}},
    ),
    "add": _portal(
        "add_method",
        {
            "choices": CHOICES,
            "methods": [],
            "chosen": "softwareOath",
            "typed": {"displayName": ""},
            "reason": None,
        },
    ),
    "add-name": _portal(
        "add_method",
        {
            "choices": CHOICES[:1],
            "methods": [PHONE],
            "chosen": "softwareOath",
            "typed": {"displayName": "x" * 70},
            "reason": "name",
        },
    ),
    "add-full": _portal(
        "add_method",
        {"choices": [], "methods": [PHONE], "chosen": None, "typed": {}, "reason": "full"},
    ),
    "default": _portal("default", {"options": [OATH, SMS], "default": "oath", "reason": None}),
    "default-choose": _portal("default", {"options": [SMS], "default": None, "reason": "choose"}),
    "app-passwords": _portal("app_passwords", APP_PASSWORD_LIST),
    "app-passwords-none": _portal("app_passwords", APP_PASSWORD_LIST, app_passwords=[]),
    "app-passwords-done": _portal("app_passwords", APP_PASSWORD_LIST, done=True),
    "app-passwords-forty": _portal("app_passwords", APP_PASSWORD_LIST, reason="tooMany"),
    "app-passwords-off": _portal(
        "app_passwords", APP_PASSWORD_LIST, is_allowed=False, can_make=False
    ),
    "app-passwords-needless": _portal("app_passwords", APP_PASSWORD_LIST, can_make=False),
    "app-password-new": _portal("new_app_password", NEW_APP_PASSWORD),
    **{
        f"app-password-{reason}": _portal("new_app_password", NEW_APP_PASSWORD, reason=reason)
        for reason in ("empty", "tooLong", "unshowable", "taken")
    },
    "app-password-made": _portal(
        "app_password_made",
        {"app_password": "laptop at home", "letters": "abcd efgh ijkl mnop qrst uvwx yz"},
    ),
    "app-password-delete": _portal("delete_app_password", {"going": APP_PASSWORDS[0]}),
    "info-no-app-passwords": _portal(
        "security_info", SECURITY_INFO, app_passwords={"count": 0, "is_open": True}
    ),
    "info-app-passwords-off": _portal(
        "security_info", SECURITY_INFO, app_passwords={"count": 0, "is_open": False}
    ),
    "classic-no-app-passwords": _portal("classic", CLASSIC, app_passwords_open=False),
    "rename": _portal("rename_method", RENAME),
    "rename-wrong": _portal("rename_method", RENAME, reason="name"),
    "info-renamed": _portal("security_info", SECURITY_INFO, done="renamed"),
    "delete": _portal("delete_method", DELETE),
    "delete-office": _portal("delete_method", DELETE, method=OFFICE),
    "delete-alternate": _portal("delete_method", DELETE, method=ALTERNATE, next_default=SMS),
    "delete-demanded": _portal("delete_method", DELETE, staying=[], is_demanded=True),
    "delete-last": _portal("delete_method", DELETE, method={**APP, "full": ""}, staying=[]),
    "check": Sample("portal/check.html", CHECK),
    "check-word": Sample("portal/check.html", {**CHECK, "word": "KTMR-WXPD"}),
    "check-refused": Sample(
        "portal/check.html", {**CHECK, "word": "KTMR-WXPD", "is_refused": True}
    ),
    "check-codes-alone": Sample("portal/check.html", {**CHECK, "ceremony": None}),
    "check-done": Sample("portal/check_done.html", {}),
    "security-info-call": _portal(
        "security_info", SECURITY_INFO, calls=[{"code": "4821", "agent": "Kim Larsen"}]
    ),
    "not-me": Sample(
        "portal/not_me.html",
        {
            "user_name": ROBIN.user_principal_name,
            "gone": ["+XX XXXXXXXX42"],
            "back": ["+XX XXXXXXXX67"],
        },
    ),
    "not-me-nothing-changed": Sample(
        "portal/not_me.html",
        {"user_name": ROBIN.user_principal_name, "gone": [], "back": []},
    ),
    "not-me-done": Sample("portal/not_me_done.html", {}),
    "held": _portal("held", {}),
}

FAULTS: dict[str, Exception] = {
    "busy": TooBusyError(3),
    "store": StoreBusyError(),
    "limit": LimitReachedError("texts", NOON + timedelta(minutes=5)),
    "stale": StaleMethodError(),
    "unknown": UnknownOutcomeError(),
    "fault": ZeroDivisionError("a secret: 481516"),
}


@dataclass(frozen=True)
class House:
    """The app of samples, with the parts a test may look at."""

    app: ASGIApp
    pages: Pages
    dialect: PageDialect
    cookies: Cookies
    static: StaticFiles
    public_url: PublicUrl


def house(
    *,
    clock: Clock,
    entropy: Entropy,
    public_url: str = "http://localhost:8080",
    organisation: Organisation = CONTOSO,
) -> House:
    """Return every sample behind the real entrance."""
    url = PublicUrl.of(public_url)
    static = StaticFiles()
    languages = Catalogues(organisation.default_language)
    pages = Pages(organisation=organisation, public_url=url, static=static, languages=languages)
    problems = Problems(pages)
    cookies = Cookies.of(url)

    async def sample(request: Request) -> Response:
        shown = SAMPLES[request.path_params["name"]]
        if shown.signed_in:
            remember(request.scope, person=ROBIN)
        return pages.render(request, shown.template, status=shown.status, **shown.context)

    async def delivery(request: Request) -> Response:
        browser = context_of(request.scope).browser_secret
        steps.append(browser)
        there = ARRIVED if steps.count(browser) > 1 else {}
        shown = {**CHALLENGE, **there}
        return pages.render(request, "pages/delivery.html", **shown)

    async def look(_: Request) -> Response:
        return Response(status_code=204)  # a page that goes on by itself stays where it is

    async def take(request: Request) -> Response:
        form = await read_form(request)
        taken.append(form.text("code", longest=8))
        return PlainTextResponse(taken[-1])

    async def fault(request: Request) -> Response:
        raise FAULTS[request.path_params["name"]]

    async def away(_: Request) -> Response:
        answer = RedirectResponse("/sample/name", status_code=303)
        cookies.set(answer, Cookie.SESSION, "s" * 43)
        return answer

    steps: list[str] = []
    taken: list[str] = []
    routes = [
        Route("/sample/{name}", sample),
        Route(SIGN_IN_ADDRESS, delivery),
        Route("/signin/challenge", look, methods=["POST"]),
        Route("/take", take, methods=["POST"]),
        Route("/fault/{name}", fault),
        Route("/away", away),
    ]
    dialect = PageDialect(problems=problems, cookies=cookies, languages=languages, entropy=entropy)
    pages_door = Mount(
        paths=frozenset({"/"}),
        dialect=dialect,
        routes=routes,
        own_answers=frozenset({ProofupError}),
    )
    app = entrance([pages_door, static.door(dialect)], public_url=url, clock=clock, entropy=entropy)
    return House(
        app=app, pages=pages, dialect=dialect, cookies=cookies, static=static, public_url=url
    )
