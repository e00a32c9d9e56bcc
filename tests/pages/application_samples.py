"""What pages say of applications."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from pages.job_samples import EVIL, OPENS, USER
from proofup.admin.applications import Assigned
from proofup.registration.allowed_applications import AllowedApplication
from proofup.tokens.application import (
    Application,
    AppRole,
    ClientCertificate,
    ClientSecret,
    ExposedScope,
    Redirect,
    RedirectKind,
)
from proofup.tokens.assignment import NO_ROLE, AppAssignment
from proofup.values.ids import ApplicationId, GroupId

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TILES = [
    Application(
        id=ApplicationId(str(UUID(int=number))),
        object_id="o",
        principal_id="p",
        name=name,
        description=description,
        created_at=NOON,
        home_page=f"https://{name.partition(' ')[0].lower()}.contoso.test/",
    )
    for number, (name, description) in enumerate(
        (
            ("Expenses", "Claims and receipts"),
            ("Payroll", None),
            ("Service desk", "Tickets and help"),
            ("Travel", "Booked by Fabrikam"),
        )
    )
]
ALLOWED = [
    AllowedApplication(
        application=one,
        scopes=scopes,
        for_everybody=for_everybody,
        since=NOON,
    )
    for one, scopes, for_everybody in (
        (TILES[0], frozenset({"openid", "user.read"}), frozenset[str]()),
        (TILES[1], frozenset[str](), frozenset({"User.Read"})),
        (TILES[2], frozenset({"openid"}), frozenset({"User.Read"})),
        (TILES[3], frozenset[str](), frozenset[str]()),
    )
]
APPLICATION = replace(
    TILES[0],
    name=EVIL,
    needs_assignment=True,
    redirects=tuple(
        Redirect(f"https://{'very-' * 20}long.contoso.test/{one}", one) for one in RedirectKind
    ),
    secrets=(
        ClientSecret(
            id="s-1",
            name=EVIL,
            hint="abc",
            digest=b"",
            starts_at=NOON,
            ends_at=NOON,
        ),
    ),
    certificates=(
        ClientCertificate(
            id="c-1",
            name="",
            der=b"",
            sha1=bytes(20),
            sha256=b"",
            starts_at=NOON,
            ends_at=NOON + timedelta(days=900),
        ),
    ),
    permissions=frozenset({"User.Read.All"}),
    consented=frozenset({"User.Read"}),
    exposed_scopes=(ExposedScope(id="e-1", value="Files.Read", name="Read files"),),
    app_roles=(AppRole(id="r-1", value="Reader", name=EVIL, members=frozenset({"User"})),),
)
BARE = replace(TILES[1], enabled=False, is_public=True, home_page=None)
TO_ROBIN = AppAssignment(id="a-1", application_id=APPLICATION.id, user_id=USER.id, created_at=NOON)
TO_GROUP = AppAssignment(
    id="a-2", application_id=APPLICATION.id, group_id=GroupId("g-1"), created_at=NOON
)
ASSIGNED = [
    Assigned(assignment=TO_ROBIN, name=USER.display_name, user=USER, role=EVIL),
    Assigned(assignment=TO_GROUP, name=EVIL, user=None, role=""),
]
PAGE: Mapping[str, Any] = {**OPENS, "is_done": False}
ASKED: Mapping[str, Any] = {
    **PAGE,
    "problem": None,
    "why": "",
    "typed": lambda _: "",
    "back": "/admin/applications",
    "application": APPLICATION,
    "kinds": tuple(RedirectKind),
}
ROW: Mapping[str, Any] = {"at": NOON, "ends_at": None, "application": APPLICATION}
SHOWN: Mapping[str, Any] = {
    "name": EVIL,
    "description": EVIL,
    "home_page": "https://a.test/",
    "needs_assignment": True,
}
LIST: Mapping[str, Any] = {
    **PAGE,
    "applications": [
        ROW,
        {**ROW, "application": BARE, "ends_at": NOON},
        {**ROW, "ends_at": NOON + timedelta(days=9)},
    ],
    "wanted": "",
    "can_manage": True,
    "is_first": False,
    "following": "?after=x",
}
NOTHING: Mapping[str, Any] = {"applications": [], "is_first": True, "following": None}
RECORD: Mapping[str, Any] = {
    **PAGE,
    "application": APPLICATION,
    "roles": ["User Administrator"],
    "assigned": ASSIGNED,
    "can_manage": True,
}
ROLES_OF_IT = [(NO_ROLE, ""), ("r-1", EVIL)]
APPLICATION_PAGES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "applications": ("applications", {**LIST, "is_done": True}),
    "applications-none": ("applications", {**LIST, **NOTHING, "can_manage": False}),
    "applications-none-found": ("applications", {**LIST, **NOTHING, "wanted": EVIL}),
    "application": ("application", RECORD),
    "application-not-yours": ("application", {**RECORD, "can_manage": False}),
    "application-bare": (
        "application",
        {**RECORD, "application": BARE, "roles": [], "assigned": [], "is_done": True},
    ),
    "application-make": ("application_make", ASKED),
    "application-make-name": ("application_make", {**ASKED, "problem": "name"}),
    "application-change": ("application_change", {**ASKED, "shown": SHOWN}),
    "application-change-address": (
        "application_change",
        {**ASKED, "shown": SHOWN, "problem": "stale"},
    ),
    "application-enable": ("application_enable", ASKED),
    "application-disable": ("application_disable", ASKED),
    "application-delete": ("application_delete", ASKED),
    "application-secret": ("application_secret", {**ASKED, "days": (30, 180), "usual": 180}),
    "application-secret-made": (
        "application_secret_made",
        {**RECORD, "stored": APPLICATION.secrets[0], "secret": "letters"},
    ),
    "application-remove-secret": (
        "application_remove_credential",
        {**ASKED, "credential": APPLICATION.secrets[0]},
    ),
    "application-remove-certificate": (
        "application_remove_credential",
        {**ASKED, "credential": APPLICATION.certificates[0]},
    ),
    "application-add-redirect": ("application_add_redirect", ASKED),
    "application-remove-redirect": (
        "application_remove_redirect",
        {**ASKED, "redirect": APPLICATION.redirects[0]},
    ),
    "application-assign": ("application_assign", {**ASKED, "roles": ROLES_OF_IT}),
    "application-assign-who": (
        "application_assign",
        {**ASKED, "application": BARE, "roles": ROLES_OF_IT[:1], "problem": "who"},
    ),
    "application-unassign": (
        "application_unassign",
        {**ASKED, "assignment": TO_ROBIN, "whose": USER.display_name},
    ),
    "application-unassign-group": (
        "application_unassign",
        {**ASKED, "assignment": TO_GROUP, "whose": EVIL},
    ),
    "application-unassign-anyway": (
        "application_unassign",
        {**ASKED, "application": BARE, "assignment": TO_GROUP, "whose": EVIL},
    ),
}
