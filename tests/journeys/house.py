"""Everything a browser can be in the middle of, all at once, with the addresses of all of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace
from starlette.routing import Route

from journeys.steps import PHONE, mails, press, to_challenge, to_confirmation, to_new_app
from proofup.administration.invite import invite
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from proofup.web.entrance import Entrance
from proofup.web.mount import Mount
from visitor import Visitor
from world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A browser that is signed in and in the middle of another sign-in and of two changes.

    It is an administrator's, who may help a colleague.
    """

    visitor: Visitor
    change: str
    new_app: str
    removal: str
    link: str
    device: str
    session: str

    doors: Entrance
    invitation: str
    colleague: str
    colleagues_phone: str

    @property
    def forms(self) -> list[str]:
        """Return every address that takes a form, by the routes of the doors that have pages."""
        return [
            address
            for mount, route in routes_of(self.doors)
            if not mount.for_programs and "POST" in (route.methods or ())
            for address in self.addresses(route)
        ]

    def addresses(self, route: Route) -> list[str]:
        """Return the addresses of ``route``, with every id that exists where it takes one."""
        found = [route.path]
        for part, values in self._ids().items():
            found = [one.replace(part, value) for one in found for value in values]
        assert not [one for one in found if "{" in one], f"{route.path} needs an id here"
        return list(dict.fromkeys(found))

    def _ids(self) -> dict[str, list[str]]:
        return {
            "/static/{name}": re.findall(r"/static/[^\"]+", self.visitor.page.html),
            "/invitation/{token}": [self.invitation],
            "/not-me/{token}": [self.link],
            "/security-info/changes/{registration:uuid}": [self.change, self.new_app],
            "/security-info/methods/{method:uuid}/delete": [self.removal],
            "/security-info/methods/{method:uuid}/name": [self.removal.replace("delete", "name")],
            "/security-info/devices/{device:uuid}/forget": [self.device],
            "/security-info/sessions/{session:uuid}/end": [self.session],
            "{user:uuid}": [self.colleague],
            "{method:uuid}": [self.colleagues_phone],
            "{kind}": ["temporaryAccessPass"],
            "{slot}": ["alternatePhone"],
            "{message_id}": ["0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47"],
        }


async def moved_in(world: World, visitor: Visitor, doors: Entrance) -> House:
    """Return a browser with everything open."""
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await world.store.commit(AssignRole(user_id=robin.user.id, role=GLOBAL_ADMINISTRATOR))
    colleague = await world.person("kim.larsen@contoso.test", phone="+44 7700 900068", mail=None)
    (theirs,) = await world.store.methods.of_user(colleague.user.id)
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
    target = replace(await world.target(robin.user.id), held=())  # before there was a method
    invited = await world.carry_out(
        invite(world.administration, world.host, target, by_mail=False, at=world.now)
    )
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
        doors=doors,
        colleague=colleague.user.id,
        colleagues_phone=theirs.id,
        invitation=invited.url.reveal().removeprefix("https://id.contoso.test"),
    )


def routes_of(doors: Entrance) -> Iterator[tuple[Mount, Route]]:
    """Return every route, with the door that it belongs to."""
    for mount in doors.mounts:
        for route in mount.routes:
            yield mount, route
