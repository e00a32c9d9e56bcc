"""People who help others, and the way to their pages."""

from journeys.steps import by_app
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import Person
from visitor import Page, Visitor
from world import World

KIM = "kim.larsen@contoso.test"


async def administrator(world: World, name: str = KIM, role: str = GLOBAL_ADMINISTRATOR) -> Person:
    """Add somebody with a role and an app."""
    kim = await world.person(name, apps=1, mail=name)
    await world.store.commit(AssignRole(user_id=kim.user.id, role=role))
    return kim


async def to_admin(visitor: Visitor, world: World, kim: Person) -> Page:
    """Sign in with the app, and open the list of people."""
    await by_app(visitor, world, kim)
    return await visitor.open("/admin/users")


TWO_LINES = "ticket\r\n4711"  # as a browser sends what is typed into an area


async def act(visitor: Visitor, person: Person, word: str, **typed: str) -> Page:
    """Open an act on somebody, give a reason, and do it."""
    address = f"/admin/users/{person.user.id}/{word}"
    await visitor.open(address)
    form = visitor.page.form(address)
    return await visitor.post(address, {**form.fields, "reason": TWO_LINES, **typed})
