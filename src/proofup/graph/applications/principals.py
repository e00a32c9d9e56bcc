"""``servicePrincipals``: the other half of each application, and Graph itself."""

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.applications.changing import change_application
from proofup.administration.applications.finding import find_application
from proofup.administration.planned import carry_out
from proofup.graph.answers import NO_CONTENT, Answer, Resource, entity, narrowed
from proofup.graph.applications.listing import application_in, listed
from proofup.graph.applications.permissions import graph_shown
from proofup.graph.applications.records import managed
from proofup.graph.applications.shapes import principal_shown, with_certificates
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.tokens.application import GRAPH, Application

SEGMENT = "servicePrincipals"


class NewPrincipal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST."""

    app_id: str
    account_enabled: bool = True
    display_name: str | None = None
    tags: tuple[str, ...] = ()
    service_principal_type: str | None = None


class ChangedPrincipal(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """The body of PATCH."""

    account_enabled: bool | UnsetType = UNSET
    app_role_assignment_required: bool | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    homepage: str | UnsetType | None = UNSET
    login_url: str | UnsetType | None = UNSET
    tags: tuple[str, ...] = ()


FIELDS = {
    "enabled": "account_enabled",
    "needs_assignment": "app_role_assignment_required",
    "description": "description",
    "home_page": "homepage",
}


def of_version(call: Call, shown: Resource) -> Resource:
    """Return ``shown`` with the names of the version that was called: beta has one of its own."""
    if call.version != "beta":
        return shown
    scopes = shown["oauth2PermissionScopes"]
    rest = {name: value for name, value in shown.items() if value is not scopes}
    return {**rest, "publishedPermissionScopes": scopes}


async def list_all(call: Call) -> Answer:
    """List service principals."""

    def show(one: Application) -> Resource:
        return of_version(call, principal_shown(one))

    return await listed(call, SEGMENT, show, of_version(call, graph_shown()))


async def get(call: Call) -> Answer:
    """Return one service principal."""
    if call.params["application"].lower() == GRAPH:
        check_may(call, Permission.READ_APPLICATIONS)
        shown = graph_shown()
    else:
        application = await application_in(call)
        shown = principal_shown(application)
        if "keyCredentials" in call.options.select:
            shown = with_certificates(shown, application)
    shown = of_version(call, shown)
    return entity(call.metadata(SEGMENT, one=True), narrowed(shown, call.options.select))


async def create(call: Call) -> Answer:
    """Return the service principal of an application, which is there with it."""
    check_may(call, Permission.MANAGE_APPLICATIONS)
    found = await find_application(call.door.ports, call.body(NewPrincipal).app_id)
    location = f"{call.root}/{SEGMENT}/{found.principal_id}"
    context = call.metadata(SEGMENT, one=True)
    shown = of_version(call, principal_shown(found))
    return entity(context, shown, status=201, location=location)


async def update(call: Call) -> Answer:
    """Enable or disable an application, or say who may sign in to it."""
    application, body = await managed(call), call.body(ChangedPrincipal)
    told = {name: getattr(body, field) for name, field in FIELDS.items()}
    if isinstance(body.homepage, UnsetType):
        told["home_page"] = body.login_url
    properties = {name: value for name, value in told.items() if value is not UNSET}
    if properties:
        act = change_application(call.actor, application, at=call.at, **properties)
        await carry_out(call.door.ports, act)
    return NO_CONTENT


async def delete(call: Call) -> Answer:
    """Refuse to delete one half of an application."""
    await managed(call)
    raise bad_request("A service principal goes with its application: delete that.")
