"""Applications in the admin centre: registered, changed, given secrets and people, deleted."""

import pytest

from journeys.administrators import administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.test_giving_roles import do
from proofup.directory.groups import AddGroup, Group
from proofup.directory.users import Person
from proofup.policy.roles import (
    APPLICATION_ADMINISTRATOR,
    DIRECTORY_READERS,
    HELPDESK_ADMINISTRATOR,
)
from proofup.tokens.application import Application, AppRole
from proofup.values.ids import GroupId
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
LIST = "/admin/applications"
BACK = "https://staff.contoso.test/signed-in"
READER = AppRole(id="r-1", value="Reader", name="Reader of it", members=frozenset({"User"}))


@pytest.fixture
async def ada(world: World, visitor: Visitor) -> Person:
    """Return the least role that may, signed in in ``visitor``."""
    person = await administrator(world, "ada.quist@contoso.test", APPLICATION_ADMINISTRATOR)
    await to_admin(visitor, world, person)
    return person


async def stored(world: World, name: str = "Staff site") -> Application:
    (found,) = await world.store.applications.called(name, most=2)
    return found


async def made(world: World, visitor: Visitor) -> str:
    """Register an application, and return the address of its page."""
    await do(visitor, f"{LIST}/make", name="Staff site", redirect=BACK, kind="web")
    return f"{LIST}/{(await stored(world)).id}"


@pytest.mark.both_engines
async def test_an_application_is_registered_changed_and_deleted(
    world: World, visitor: Visitor, ada: Person
) -> None:
    assert ada
    assert "There is no application" in (await visitor.open(LIST)).text
    one = await made(world, visitor)
    assert visitor.page.path == f"{one}?done"
    assert BACK in visitor.page.text
    page = await do(
        visitor, f"{one}/change", name="Staff", description="Claims", home_page="https://s.test/"
    )
    assert (page.path, "Claims" in page.text) == (f"{one}?done", True)
    assert "Everybody" in page.text
    refused = await do(visitor, f"{one}/change", name="", home_page="https://s.test/")
    assert "Type a name" in refused.text
    refused = await do(visitor, f"{one}/change", name="Staff", home_page="http://s.test/")
    assert "cannot be registered" in refused.text
    assert "Switched off" in (await do(visitor, f"{one}/disable")).text
    assert "Switched off" in (await visitor.open(LIST)).text
    assert "Switched off" not in (await do(visitor, f"{one}/enable")).text
    assert "Staff" in (await visitor.open(f"{LIST}?q=staff")).text
    assert "No application" in (await visitor.open(f"{LIST}?q=nobody")).text
    page = await do(visitor, f"{one}/delete")
    assert page.path == f"{LIST}?done"
    assert (await visitor.open(one)).status == 404


async def test_a_secret_is_shown_once(world: World, visitor: Visitor, ada: Person) -> None:
    assert ada
    one = await made(world, visitor)
    refused = await do(visitor, f"{one}/secret", days="1000")
    assert refused.status == 400
    await visitor.open(f"{one}/secret")
    form = visitor.page.form(f"{one}/secret")
    told = {**form.fields, "reason": "nightly run", "days": "30", "note": "the first"}
    page = await visitor.post(f"{one}/secret", told)
    assert "There is a new secret" in page.text
    again = await visitor.post(f"{one}/secret", told)  # the browser's button to load it again
    assert "Somebody else changed this" in again.text
    (first,) = (await stored(world)).secrets
    assert first.name == "the first"
    await do(visitor, f"{one}/secret", days="30")
    full = await do(visitor, f"{one}/secret", days="30")
    assert "two secrets already" in full.text
    removal = f"{one}/remove-credential?id={first.id}"
    assert (await do(visitor, removal)).path == f"{one}?done"
    assert (await visitor.open(removal)).path == one  # it is gone


async def test_redirect_addresses_come_and_go(world: World, visitor: Visitor, ada: Person) -> None:
    assert ada
    one = await made(world, visitor)
    refused = await do(visitor, f"{one}/redirect", redirect="http://s.test", kind="spa")
    assert "cannot be registered" in refused.text
    assert (await do(visitor, f"{one}/redirect", redirect=BACK, kind="x")).status == 400
    page = await do(visitor, f"{one}/redirect", redirect="http://localhost", kind="native")
    assert "http://localhost" in page.text
    removal = f"{one}/remove-redirect?redirect={BACK}"
    page = await do(visitor, removal)
    assert BACK not in page.text
    assert (await visitor.open(removal)).path == one


async def test_people_are_assigned_and_taken_out_again(
    world: World, visitor: Visitor, ada: Person
) -> None:
    assert ada
    robin = await world.person()
    application = await world.application(app_roles=(READER,))
    one = f"{LIST}/{application.id}"
    assert "neither a person" in (await do(visitor, f"{one}/assign", user="nobody")).text
    page = await do(visitor, f"{one}/assign", user=robin.user.user_principal_name, role=READER.id)
    assert page.path == f"{one}?done"
    assert "Reader of it" in page.text
    (held,) = await world.store.assignments.of_application(application.id, most=2)
    assert (await do(visitor, f"{one}/unassign?assignment={held.id}")).path == f"{one}?done"
    assert (await visitor.open(f"{one}/unassign?assignment={held.id}")).path == one


async def test_a_group_is_assigned_as_a_person_is(
    world: World, visitor: Visitor, ada: Person
) -> None:
    assert ada
    group = Group(
        id=GroupId("g-1"), name="Field staff", mail_nickname="field", created_at=world.now
    )
    await world.store.commit(AddGroup(group=group))
    application = await world.application(needs_assignment=True)
    one = f"{LIST}/{application.id}"
    page = await do(visitor, f"{one}/assign", user="field staff")
    assert "Field staff" in page.text
    (held,) = await world.store.assignments.of_application(application.id, most=2)
    assert held.group_id == group.id
    page = await visitor.open(f"{one}/unassign?assignment={held.id}")
    assert "by this group alone" in page.text
    await do(visitor, f"{one}/unassign?assignment={held.id}")
    assert await world.store.assignments.of_application(application.id, most=2) == []


async def test_an_application_with_rights_is_for_those_who_may_give_them(
    world: World, visitor: Visitor, ada: Person
) -> None:
    assert ada
    application = await world.application("User.Read.All")
    one = f"{LIST}/{application.id}"
    page = await visitor.open(one)
    assert "not change it" in page.text
    assert f"{one}/delete" not in page.html
    assert (await do(visitor, f"{one}/disable")).status == 404
    found = await world.store.applications.by_id(application.id)
    assert found
    assert found.enabled


async def test_a_reader_looks_and_the_help_desk_does_not(
    world: World, new_visitor: NewVisitor
) -> None:
    application = await world.application()
    one = f"{LIST}/{application.id}"
    reader, desk = new_visitor(), new_visitor()
    kim = await administrator(world, "kim@contoso.test", DIRECTORY_READERS)
    await to_admin(reader, world, kim)
    page = await reader.open(one)
    assert "Add a secret" not in page.text
    assert (await reader.open(f"{one}/secret")).status == 404
    lou = await administrator(world, "lou@contoso.test", HELPDESK_ADMINISTRATOR)
    await to_admin(desk, world, lou)
    assert "Applications" not in desk.page.text
    assert (await desk.open(one)).status == 404
