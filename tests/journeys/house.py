"""Everything a browser can be in the middle of, all at once, with the addresses of all of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from journeys.steps import PHONE, mails, press, to_challenge, to_confirmation, to_new_app
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Visitor
from world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A browser that is signed in and in the middle of another sign-in and of two changes."""

    visitor: Visitor
    change: str
    new_app: str
    removal: str
    link: str
    device: str
    session: str

    @property
    def forms(self) -> tuple[str, ...]:
        """Return every address that takes a form."""
        return (
            "/signin",
            "/signin/password",
            "/signin/challenge",
            "/signin/challenge/send",
            "/signin/stay",
            "/signout",
            "/security-info/not-me",
            "/security-info/phone",
            "/security-info/phone/alternate",
            "/security-info/phone/office",
            "/security-info/add",
            "/security-info/default",
            "/security-info/verify",
            "/security-info/password",
            self.removal,
            self.change,
            f"{self.change}/send",
            self.new_app,
            f"{self.new_app}/send",
            self.link,
            self.device,
            "/security-info/devices/restore",
            self.session,
            "/security-info/sign-out-everywhere",
        )


async def moved_in(world: World, visitor: Visitor) -> House:
    """Return a browser with everything open."""
    robin = await world.person(phone=PHONE, apps=1, default=Way.SMS)
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30)))
    await to_challenge(visitor)
    answer = {"code": await world.texted_code(), "remember": "on"}
    await press(visitor, "/signin/challenge", answer)
    (device,) = await world.store.devices.of_user(robin.user.id)
    ((session_id,),) = await world.store.engine.rows("SELECT id FROM sessions")
    await visitor.open("/security-info/default")
    await visitor.send("/security-info/default", option="oath")
    (mail,) = await mails(world)
    change = (await to_confirmation(visitor)).path
    new_app = (await to_new_app(visitor, name="Blue")).path
    world.later(seconds=31)
    await visitor.open("/security-info/verify")
    await visitor.send("/security-info/verify", button=("option", "sms"))
    assert visitor.page.path == "/signin/challenge"
    held = await world.store.methods.of_user(robin.user.id)
    app = next(one for one in held if one.kind == "softwareOath")
    return House(
        visitor=visitor,
        change=change,
        new_app=new_app,
        removal=f"/security-info/methods/{app.id}/delete",
        link=mail.facts["not_me_url"].removeprefix("https://id.contoso.test"),
        device=f"/security-info/devices/{device.id}/forget",
        session=f"/security-info/sessions/{session_id}/end",
    )


def routes_of(app: Any) -> Iterator[Route]:
    """Return the routes behind the entrance of the service."""
    while not isinstance(app, Starlette):
        app = app.app
    for route in app.routes:
        assert isinstance(route, Route), "a route of another kind needs a test of its own"
        yield route
