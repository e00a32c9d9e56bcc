"""Each address of the admin centre names the permissions that open it; no other role opens it."""

from functools import partial

import pytest
from starlette.routing import Route

from journeys.administrators import administrator
from journeys.conftest import NewVisitor
from journeys.house import House, moved_in, routes_of
from journeys.steps import by_app
from proofup.admin.door import Guarded
from proofup.administration.create_unit import create_unit
from proofup.assembly.service import Service
from proofup.directory.roles import AddCustomRole, AssignRole, CustomRole
from proofup.pages.pages import ADMIN
from proofup.policy.permissions import NOT_IN_CUSTOM_ROLES, Permission
from proofup.policy.roles import HELP_DESK_MFA, PRIVILEGED_ROLE_ADMINISTRATOR, REPORTS_READER
from proofup.values.ids import random_id
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(world: World, visitor: Visitor, service: Service) -> House:
    return await moved_in(world, visitor, service.app)


def routes(service: Service) -> list[Route]:
    return [route for mount, route in routes_of(service.app) if ADMIN in mount.paths]


def guard(route: Route) -> Guarded:
    """Return what guards ``route``; a route that is not guarded has no place in the door."""
    assert isinstance(route.endpoint, partial), route.path
    guarded = getattr(route.endpoint.func, "__self__", None)
    assert isinstance(guarded, Guarded), f"{route.path} names no permission"
    return guarded


async def status(visitor: Visitor, method: str, path: str) -> int:
    """Return the status of an answer; a form is sent empty, which a page that is open refuses."""
    headers = {"sec-fetch-site": "same-origin"}
    return (await visitor.http.request(method, path, headers=headers)).status_code


async def signed_in_as(world: World, visitor: Visitor, role: str) -> Visitor:
    """Sign in as somebody with a built-in role, for what no role made here permits."""
    name = f"built.in.{random_id(world.entropy)[:8]}@contoso.test"
    await by_app(visitor, world, await administrator(world, name, role))
    return visitor


async def signed_in(world: World, visitor: Visitor, *permissions: Permission) -> Visitor:
    """Sign in as somebody whose only role permits this, and finding people."""
    if permissions and permissions[0] in NOT_IN_CUSTOM_ROLES:
        return await signed_in_as(world, visitor, PRIVILEGED_ROLE_ADMINISTRATOR)
    number = len(await world.store.roles.custom(most=100)) + 1
    words = frozenset(str(one) for one in (Permission.READ_USERS, *permissions))
    role = CustomRole(id=random_id(world.entropy), name=f"Role {number}", permissions=words)
    await world.store.commit(AddCustomRole(role=role))
    kim = await world.person(f"kim.{number}@contoso.test", apps=1, mail=None)
    await world.store.commit(AssignRole(user_id=kim.user.id, role=role.id, is_custom=True))
    await by_app(visitor, world, kim)
    return visitor


def test_AD1_every_address_of_the_admin_centre_names_its_permission(service: Service) -> None:
    assert routes(service)
    for route in routes(service):
        assert guard(route).takes, f"{route.path} names no permission"


@pytest.mark.both_engines
async def test_AD1_a_role_opens_what_its_permissions_name_and_nothing_else(
    world: World, house: House, service: Service, new_visitor: NewVisitor
) -> None:
    reader = await signed_in(world, new_visitor())
    found = routes(service)
    named = sorted({one for route in found for one in guard(route).takes} - {Permission.READ_USERS})
    able = {one: await signed_in(world, new_visitor(), one) for one in named}
    for route in found:
        takes, (method, *_) = guard(route).takes, sorted(route.methods or ())
        for path in house.addresses(route):
            is_hidden = await status(reader, method, path) == 404
            assert is_hidden is (Permission.READ_USERS not in takes), path
            if path.startswith("/admin/approvals/"):
                continue  # of these, each reader finds those that they may approve
            for one in takes & able.keys():
                assert await status(able[one], method, path) not in {404, 500}, (path, one)


async def test_who_reads_logs_alone_finds_them_and_nobody(
    world: World, house: House, new_visitor: NewVisitor
) -> None:
    reader = await signed_in_as(world, new_visitor(), REPORTS_READER)
    page = await reader.open("/admin")
    assert page.path == "/admin/sign-ins"
    assert "Administrative units" not in page.text
    assert "robin.ashby@contoso.test" in page.text
    assert "/admin/users" not in page.html
    for path in ("/admin/logs", "/admin/sign-ins"):
        assert (await reader.open(path)).status == 200
        assert (await reader.send(f"{path}/export")).headers["content-type"].startswith("text/csv")
        await reader.open(path)
    for path in ("/admin/users", f"/admin/users/{house.colleague}", "/admin/jobs", "/admin/roles"):
        assert (await reader.open(path)).status == 404, path


async def test_the_menu_of_a_help_desk_for_a_unit_has_what_it_may_do_there(
    world: World, new_visitor: NewVisitor
) -> None:
    kim, visitor = await world.person("kim@contoso.test", apps=1, mail=None), new_visitor()
    unit = await world.carry_out(
        create_unit(world.administration, world.host, "Leeds", at=world.now)
    )
    role = AssignRole(user_id=kim.user.id, role=HELP_DESK_MFA, unit=unit.id)
    await world.store.commit(role)
    await by_app(visitor, world, kim)
    page = await visitor.open("/admin/users")
    for words, path in (
        ("Many at once", "/admin/jobs"),
        ("Invitations", "/admin/guests"),
        ("Approvals", "/admin/approvals"),
    ):
        assert words in page.text
        assert (await visitor.open(path)).status == 200
    assert "Audit log" not in page.text
