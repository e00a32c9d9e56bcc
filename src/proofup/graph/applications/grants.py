"""``oauth2PermissionGrants``: delegated permissions, for everybody or of one person."""

from collections.abc import Sequence

from msgspec import Struct

from proofup.administration.applications.finding import UnknownApplicationError, find_application
from proofup.administration.applications.rights import RightKind, grant_rights, remove_rights
from proofup.administration.planned import carry_out
from proofup.administration.target import target_called
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity
from proofup.graph.applications.consents import GRANTS, consent_called, consents_of, withdrawn
from proofup.graph.applications.listing import application_in
from proofup.graph.call import Call
from proofup.graph.errors import bad_request, not_found
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import Compare, Every
from proofup.graph.odata.filters import read_filter
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.tokens.application import GRAPH, Application
from proofup.values.errors import UnknownUserError

MOST = 999
CONTEXT = "appRoleAssignments"
FILTERED = ("clientId", "consentType", "principalId", "resourceId")
FOR_EVERYBODY = "AllPrincipals"
NOT_FOR_ONE = "A grant is for AllPrincipals: people allow for themselves when they sign in."


class NewGrant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST of a permission grant."""

    client_id: str
    consent_type: str
    principal_id: str | None = None
    resource_id: str
    scope: str


class ChangedGrant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH of a permission grant: all that it gives from now on."""

    scope: str


async def list_grants(call: Call) -> Answer:
    """List the delegated permissions of one service principal, of one person, or of all."""
    call.options.refuse("search", "expand", "skip")
    wanted = _wanted(call.options.filter)
    if "application" in call.params:
        found: Sequence[Application] = [await application_in(call)]
    else:
        check_may(call, Permission.READ_APPLICATIONS)
        found = await call.door.ports.applications.page(most=MOST)
    items = [_grant(one) for one in found if one.consented]
    if "principalId" in wanted:
        items = [*items, *await _of_person(call, wanted["principalId"])]
    shown = [one for one in items if all(one[name] == value for name, value in wanted.items())]
    return collection(call.metadata(GRANTS), shown)


async def _of_person(call: Call, named: str) -> Sequence[Resource]:
    try:
        target = await target_called(call.door.ports, named, at=call.at)
    except UnknownUserError:
        return ()
    check_may(call, Permission.READ_USERS, target)
    return await consents_of(call, target.person.user.id)


def _wanted(text: str | None) -> dict[str, str]:
    """Return which values a filter asks for. Raises UnsupportedQueryError."""
    if text is None:
        return {}
    said, wanted = read_filter(text), dict[str, str]()
    for part in said.parts if isinstance(said, Every) else (said,):
        match part:
            case Compare(field, "eq", str(value)) if field in FILTERED:
                wanted[field] = value if field == "consentType" else value.lower()
            case _:
                message = f"$filter is served by {', '.join(FILTERED)} with eq and and."
                raise UnsupportedQueryError(message)
    return wanted


async def get_grant(call: Call) -> Answer:
    """Return one grant."""
    check_may(call, Permission.READ_APPLICATIONS)
    of_person = await consent_called(call, call.params["grant"])
    if of_person is not None:
        target = await target_called(call.door.ports, of_person["principalId"], at=call.at)
        check_may(call, Permission.READ_USERS, target)
    shown = of_person or _grant(await _granted(call))
    return entity(call.metadata(GRANTS, one=True), shown)


async def create_grant(call: Call) -> Answer:
    """Allow an application delegated permissions of Graph, for everybody."""
    check_may(call, Permission.GRANT_PERMISSIONS)
    body, ports = call.body(NewGrant), call.door.ports
    if body.consent_type != FOR_EVERYBODY:
        raise bad_request(NOT_FOR_ONE)
    if body.resource_id.lower() != GRAPH:
        raise bad_request("The resource must be the service principal of Microsoft Graph.")
    client = await find_application(ports, body.client_id)
    names = body.scope.split()
    act = grant_rights(call.actor, client, RightKind.DELEGATED, names, at=call.at)
    shown = _grant(await carry_out(ports, act))
    location = f"{call.root}/{GRANTS}/{shown['id']}"
    return entity(call.metadata(GRANTS, one=True), shown, status=201, location=location)


async def update_grant(call: Call) -> Answer:
    """Set all that a grant gives."""
    check_may(call, Permission.GRANT_PERMISSIONS)
    client, wanted = await _granted(call), call.body(ChangedGrant).scope.split()
    lower = {name.lower() for name in wanted}
    gone = [name for name in client.consented if name.lower() not in lower]
    if wanted:
        act = grant_rights(call.actor, client, RightKind.DELEGATED, wanted, at=call.at)
        client = await carry_out(call.door.ports, act)
    if gone:
        ending = remove_rights(call.actor, client, RightKind.DELEGATED, gone, at=call.at)
        await carry_out(call.door.ports, ending)
    return NO_CONTENT


async def delete_grant(call: Call) -> Answer:
    """Take the delegated permissions of a grant away, or what one person allowed."""
    check_may(call, Permission.GRANT_PERMISSIONS)
    if await withdrawn(call, call.params["grant"]):
        return NO_CONTENT
    client = await _granted(call)
    act = remove_rights(
        call.actor, client, RightKind.DELEGATED, sorted(client.consented), at=call.at
    )
    await carry_out(call.door.ports, act)
    return NO_CONTENT


async def _granted(call: Call) -> Application:
    named = call.params["grant"]
    try:
        found = await find_application(call.door.ports, named)
    except UnknownApplicationError as error:
        raise not_found(named[:100]) from error
    if not found.consented:
        raise not_found(named[:100])
    return found


def _grant(application: Application) -> Resource:
    return {
        "id": application.principal_id,
        "clientId": application.principal_id,
        "consentType": FOR_EVERYBODY,
        "principalId": None,
        "resourceId": GRAPH,
        "scope": " ".join(sorted(application.consented)),
    }
