"""``proofup app``: the applications that get tokens, their credentials and their rights."""

import argparse
from collections.abc import AsyncIterator

from proofup.administration.applications.changing import change_application
from proofup.administration.applications.credentials import add_secret
from proofup.administration.applications.finding import find_application
from proofup.administration.applications.registering import (
    Registration,
    create_application,
    delete_application,
)
from proofup.assembly.granting import tenant_of
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output
from proofup.cli.plain_words import in_words
from proofup.tokens.application import (
    Application,
    ClientCertificate,
    ClientSecret,
    HeldRole,
    Redirect,
    RedirectKind,
)

PAGE = 500


def application_argument(parser: argparse.ArgumentParser) -> None:
    """Declare which application a command is about."""
    parser.add_argument("name", metavar="APP", help="name or id of an application")


def create_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what a new application is."""
    parser.add_argument("name", metavar="NAME", help="what people see of it")
    parser.add_argument("--public", action="store_true", help="it can keep no secret")
    for kind, told in (
        (RedirectKind.WEB, "of a site with a server"),
        (RedirectKind.SPA, "of a script in a browser"),
        (RedirectKind.NATIVE, "of a program on a person's machine"),
    ):
        parser.add_argument(
            f"--{kind}",
            action="append",
            default=[],
            metavar="URL",
            help=f"a redirect address {told}; may be given several times",
        )
    parser.add_argument("--home-page", metavar="URL", help="where its tile on My Apps leads")


def list_all_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


show_arguments = delete_arguments = application_argument
enable_arguments = disable_arguments = application_argument


async def create(arguments: argparse.Namespace, output: Output) -> int:
    """Register an application, and print what a client needs; a secret is shown this once."""
    wanted = Registration(
        name=arguments.name,
        is_public=arguments.public,
        redirects=[
            Redirect(uri, kind) for kind in RedirectKind for uri in vars(arguments)[kind.value]
        ],
        home_page=arguments.home_page,
    )
    async with opened(arguments.folder) as service:
        actor = service.actor("app create")
        new = await service.carry_out(
            create_application(service.acts, actor, wanted, at=service.at)
        )
        facts = _client_facts(service, new)
        if not new.is_public:
            made = await service.carry_out(add_secret(service.acts, actor, new, at=service.at))
            facts["clientSecret"] = made.secret.reveal()
            facts["secretEnds"] = made.stored.ends_at.date().isoformat()
    told = "\n".join(f"{WORDS[name]:<16}{value}" for name, value in facts.items())
    output.say(
        f"{new.name} is registered. It has no rights yet: see `proofup app grant`.\n{told}", facts
    )
    return 0


async def list_all(arguments: argparse.Namespace, output: Output) -> int:
    """List all applications."""
    async with opened(arguments.folder) as service:
        found = [one async for one in _all(service)]
    lines = [f"{one.id}  {one.name}{'' if one.enabled else '  (disabled)'}" for one in found]
    output.say(
        "\n".join(lines) or "There are none.", {"applications": [facts_of(one) for one in found]}
    )
    return 0


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show one application."""
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        facts = {**facts_of(found), **await _app_roles(service, found)}
    lines = [found.name, *(f"{name}: {in_words(value)}" for name, value in facts.items())]
    output.say("\n".join(lines), facts)
    return 0


async def delete(arguments: argparse.Namespace, output: Output) -> int:
    """Delete an application."""
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        actor = service.actor("app delete")
        await service.carry_out(delete_application(actor, found, at=service.at))
    output.say(f"{found.name} is deleted; its tokens have ended.", named(found))
    return 0


async def enable(arguments: argparse.Namespace, output: Output) -> int:
    """Let an application have tokens again."""
    return await _set_enabled(arguments, output, "app enable", enabled=True)


async def disable(arguments: argparse.Namespace, output: Output) -> int:
    """End the tokens of an application, and give it no more."""
    return await _set_enabled(arguments, output, "app disable", enabled=False)


async def _app_roles(service: Opened, application: Application) -> dict[str, list[str]]:
    """Return which app roles it holds in others, and which others hold in it."""
    held = [await _in_words(service, one) for one in application.held_roles]
    rows, begins, given = service.store.applications, None, list[str]()
    while found := await rows.holding(application.id, begins=begins, most=PAGE + 1):
        for one in found[:PAGE]:
            given += [
                f"{one.name}: {_value(application, role.id)}"
                for role in one.held_roles
                if role.resource == application.id
            ]
        if len(found) <= PAGE:
            break
        begins = found[PAGE].id
    return {"appRolesHeld": sorted(held), "appRolesGiven": given}


async def _in_words(service: Opened, held: HeldRole) -> str:
    resource = await service.store.applications.by_id(held.resource)
    return f"{held.resource if resource is None else resource.name}: {_value(resource, held.id)}"


def _value(resource: Application | None, role_id: str) -> str:
    """Return what a role is called in tokens, or its id where it is gone."""
    roles = () if resource is None else resource.app_roles
    return next((one.value for one in roles if one.id == role_id), role_id)


WORDS = {
    "name": "name",
    "tenantId": "tenant id",
    "clientId": "client id",
    "clientSecret": "client secret",
    "secretEnds": "secret ends",
    "authority": "authority",
    "tokenEndpoint": "token endpoint",
    "metadata": "metadata",
    "graph": "Graph",
}


async def _set_enabled(
    arguments: argparse.Namespace, output: Output, command: str, *, enabled: bool
) -> int:
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        actor = service.actor(command)
        act = change_application(actor, found, enabled=enabled, at=service.at)
        await service.carry_out(act)
    words = "may have tokens." if enabled else "has no tokens any more."
    output.say(f"{found.name} {words}", {**named(found), "accountEnabled": enabled})
    return 0


async def _all(service: Opened) -> AsyncIterator[Application]:
    after = None
    while found := await service.store.applications.page(after=after, most=PAGE):
        for one in found:
            yield one
        after = found[-1].id


def _client_facts(service: Opened, application: Application) -> dict[str, str]:
    tenant = tenant_of(service.settings, service.store)
    authority = f"{tenant.origin}/{tenant.id}"
    return {
        "name": application.name,
        "tenantId": tenant.id,
        "clientId": application.id,
        "authority": authority,
        "tokenEndpoint": f"{authority}/oauth2/v2.0/token",
        "metadata": f"{authority}/v2.0/.well-known/openid-configuration",
        "graph": tenant.origin,
    }


def named(application: Application) -> dict[str, object]:
    """Return the names of an application, for programs."""
    return {"appId": application.id, "displayName": application.name}


def facts_of(application: Application) -> dict[str, object]:
    """Return all of an application but its secrets, for programs."""
    return {
        **named(application),
        "id": application.object_id,
        "accountEnabled": application.enabled,
        "isPublic": application.is_public,
        "description": application.description,
        "homePage": application.home_page,
        "needsAssignment": application.needs_assignment,
        "redirectUris": [one.uri for one in application.redirects],
        "signOutUris": list(application.sign_out_redirects),
        "permissions": sorted(application.permissions),
        "consented": sorted(application.consented),
        "roles": sorted(application.roles),
        "secrets": [_credential(one) for one in application.secrets],
        "certificates": [_credential(one) for one in application.certificates],
    }


def _credential(one: ClientSecret | ClientCertificate) -> dict[str, str]:
    return {"keyId": one.id, "displayName": one.name, "endDateTime": one.ends_at.isoformat()}
