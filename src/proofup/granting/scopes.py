"""Which of the scopes that a client asks for a person it may have.

Granted is what was asked, within what was allowed: by an administrator for everybody, or by the
person (security row OI10). A person may allow what concerns themselves alone; for the rest it takes
an administrator.
"""

from collections.abc import Iterator

from msgspec import Struct

from proofup.granting.finding import resource_called
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.policy.permission_ids import NAME_OF_SCOPE
from proofup.policy.scopes import graph_permission
from proofup.tokens.application import GRAPH, Application
from proofup.tokens.consent import scope_key
from proofup.tokens.resources import Asked, InvalidScopeError, asked_scopes
from proofup.values.ids import UserId

OPENID = "openid"  # signing in, with the profile: allowed as one


class Scopes(Struct, frozen=True, kw_only=True):
    """What an access token will have, and what is still to be allowed.

    ``resource`` is None for Graph. ``names`` are as the resource writes them. ``missing`` are keys
    that the person may allow, ``for_admin`` those that they may not.
    """

    resource: Application | None
    names: tuple[str, ...]
    openid: frozenset[str]
    answer: str
    missing: tuple[str, ...] = ()
    for_admin: tuple[str, ...] = ()

    @property
    def audience(self) -> str:
        """The ``aud`` of the access token."""
        return self.resource.id if self.resource else GRAPH

    @property
    def in_token(self) -> tuple[str, ...]:
        """The ``scp`` of the access token."""
        return (*self.names, *sorted(self.openid - {"offline_access"}))


class _Known(Struct, frozen=True):
    """A scope that exists: its name, its key, and whether a person may allow it."""

    name: str
    key: str
    is_for_people: bool


async def scopes_for(ports: Ports, application: Application, user_id: UserId, scope: str) -> Scopes:
    """Return what ``scope`` gives ``application`` for the person. Raises GrantRefusedError.

    An application that needs an assignment gets nothing for whoever has none, in any grant.
    """
    if application.needs_assignment:
        assigned = await ports.assignments.app_roles(application.id, user_id)
        if not assigned:
            raise GrantRefusedError(Refused.NOT_ASSIGNED, application.name)
    try:
        asked = asked_scopes(scope, ports.tenant)
    except InvalidScopeError as error:
        raise GrantRefusedError(Refused.INVALID_SCOPE, scope) from error
    resource = await _resource(ports, asked)
    allowed = {name.lower() for name in application.consented}
    if not application.is_first_party:
        allowed |= await ports.consents.of(user_id, application.id)
    known = list(_wanted(application, resource, asked, allowed))
    new = [one for one in known if one.key not in allowed and not application.is_first_party]
    missing = [one.key for one in new if one.is_for_people]
    if asked.openid and not (allowed or application.is_first_party):
        missing.insert(0, OPENID)
    return Scopes(
        resource=resource,
        names=tuple(dict.fromkeys(one.name for one in known)),
        openid=asked.openid,
        answer=" ".join((*asked.spelled, *sorted(asked.openid))),
        missing=tuple(missing),
        for_admin=tuple(one.key for one in new if not one.is_for_people),
    )


async def allowed_scopes(
    ports: Ports, application: Application, user_id: UserId, scope: str
) -> Scopes:
    """Return the same where everything was allowed before. Raises GrantRefusedError."""
    found = await scopes_for(ports, application, user_id, scope)
    if found.for_admin:
        raise GrantRefusedError(Refused.ADMIN_CONSENT_REQUIRED, " ".join(found.for_admin))
    if found.missing:
        raise GrantRefusedError(Refused.CONSENT_REQUIRED, application.id)
    return found


async def _resource(ports: Ports, asked: Asked) -> Application | None:
    if not asked.resource:
        return None
    found = await resource_called(ports, asked.resource)
    if found is None or not found.enabled:
        raise GrantRefusedError(Refused.UNKNOWN_RESOURCE, asked.resource)
    return found


def _wanted(
    application: Application, resource: Application | None, asked: Asked, allowed: set[str]
) -> Iterator[_Known]:
    """Yield the scopes that are asked for; the default are those that were allowed or are needed.

    Raises GrantRefusedError for one that does not exist.
    """
    for name in asked.names:
        if name.lower() != ".default":
            yield _known(resource, name)
            continue
        for key in sorted(allowed | set(_required(application, resource))):
            found = _of_key(resource, key)
            if found is not None:
                yield found


def _required(application: Application, resource: Application | None) -> Iterator[str]:
    """Yield the keys of the scopes of ``resource`` that ``application`` says it needs."""
    ids = {
        one.id
        for one in application.required
        if not one.is_role and one.resource == (resource.id if resource else GRAPH)
    }
    if resource is None:
        yield from (scope_key("", NAME_OF_SCOPE[id_]) for id_ in ids & NAME_OF_SCOPE.keys())
        return
    for one in resource.exposed_scopes:
        if one.id in ids:
            yield scope_key(resource.id, one.value)


def _known(resource: Application | None, name: str) -> _Known:
    found = _of_key(resource, scope_key(resource.id if resource else "", name))
    if found is None:
        raise GrantRefusedError(Refused.UNKNOWN_SCOPE, name)
    return found


def _of_key(resource: Application | None, key: str) -> _Known | None:
    """Return the scope of this key, if it is one of ``resource``."""
    if resource is None:
        graph = graph_permission(key)
        if graph is None or not graph.delegated:
            return None
        return _Known(graph.name, key, not graph.permits)
    for one in resource.exposed_scopes:
        if one.enabled and scope_key(resource.id, one.value) == key:
            return _Known(one.value, key, not one.needs_admin)
    return None
