"""Everything a browser can be in the middle of, all at once, with the addresses of all of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace
from starlette.routing import Route

from journeys.steps import PHONE, mails, press, to_challenge, to_confirmation, to_new_app
from methods.test_hardware_oath import token
from proofup.administration.approvals import request_approval
from proofup.administration.create_role import create_role
from proofup.administration.create_unit import create_unit
from proofup.administration.invite import invite
from proofup.administration.job import Job, JobId, OpenJob
from proofup.administration.oath_tokens import add_token, give_token
from proofup.directory.app_passwords import AddAppPassword, AppPassword, drawn_app_password
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import Person
from proofup.granting.authorize import open_request
from proofup.policy.actor import Actor
from proofup.policy.permissions import Permission
from proofup.policy.proofs import Proofs
from proofup.policy.roles import HELP_DESK_MFA
from proofup.policy.rules import Policy, SetPolicy
from proofup.tokens.authorization import AuthorizationRequest, ResponseMode
from proofup.tokens.first_party import AZURE_CLI
from proofup.values.ids import AppPasswordId, CorrelationId, MethodId, random_id
from proofup.values.ways import Way
from proofup.web.entrance import Entrance
from proofup.web.mount import Mount
from visitor import Visitor
from world import World

JOB = JobId("0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d48")
GRAPH = ("/v1.0/", "/beta/")  # takes tokens alone, and any segment for any id


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
    app_password: str
    session: str

    doors: Entrance
    request: str
    invitation: str
    approval: str
    colleague: str
    colleagues_phone: str
    colleagues_token: str
    custom_role: str
    unit: str
    application: str

    @property
    def forms(self) -> list[str]:
        """Return every address that takes a form, by the routes of the doors that have pages."""
        return [form for mount in self.doors.mounts for form in self._forms_of(mount)]

    @property
    def form_of_each_door(self) -> list[str]:
        """Return one form of each door: the guards before a door are the same for all its forms."""
        return [form for mount in self.doors.mounts for form in self._forms_of(mount)[:1]]

    def _forms_of(self, mount: Mount) -> list[str]:
        if mount.for_programs:
            return []
        posts = [route for route in mount.routes if "POST" in (route.methods or ())]
        return [address for route in posts for address in self.addresses(route)]

    def addresses(self, route: Route) -> list[str]:
        """Return the addresses of ``route``, with every id that exists where it takes one."""
        if route.path.startswith(GRAPH):
            return [re.sub(r"\{\w+\}", self.colleague, route.path)]
        found = [route.path]
        for part, values in self._ids().items():
            found = [one.replace(part, value) for one in found for value in values]
        assert not [one for one in found if "{" in one], f"{route.path} needs an id here"
        return list(dict.fromkeys(found))

    def _ids(self) -> dict[str, list[str]]:
        return {
            "/static/{name}": re.findall(r"/static/[^\"]+", self.visitor.page.html),
            "/authenticator/{name}": ["/authenticator/app.js", "/authenticator/worker.js"],
            "/invitation/{token}": [self.invitation],
            "/not-me/{token}": [self.link],
            "{request:uuid}": [self.approval],
            "/check/{word}": ["/check/BCDF-GHJK"],
            "/security-info/changes/{registration:uuid}": [self.change, self.new_app],
            "/security-info/methods/{method:uuid}/delete": [self.removal],
            "/security-info/methods/{method:uuid}/name": [self.removal.replace("delete", "name")],
            "/security-info/devices/{device:uuid}/forget": [self.device],
            "/security-info/sessions/{session:uuid}/end": [self.session],
            "{app_password:uuid}": [self.app_password],
            "{tenant}": ["common"],
            "/userrealm/{name}": ["/userrealm/robin.ashby@contoso.test"],
            "/oauth/continue/{token}": [f"/oauth/continue/{self.request}"],
            "{user:uuid}": [self.colleague],
            "{job:uuid}": [JOB],
            "{method:uuid}": [self.colleagues_phone],
            "{token:uuid}": [self.colleagues_token],
            "{role:uuid}": [HELP_DESK_MFA, self.custom_role],
            "{unit:uuid}": [self.unit],
            "{application:uuid}": [self.application],
            "{kind}": ["temporaryAccessPass"],
            "{slot}": ["alternatePhone"],
            "{message_id}": ["0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47"],
        }


async def given_token(world: World, person: Person) -> str:
    """Give somebody a hardware token of the stock, and return its id."""
    of = token(id=MethodId(random_id(world.entropy)), serial_number="A-0")
    await world.carry_out(add_token(world.host, of, at=world.now))
    target = await world.target(person.user.id)
    await world.carry_out(
        give_token(world.administration, world.host, target, of, {}, at=world.now)
    )
    return of.id


async def moved_in(world: World, visitor: Visitor, doors: Entrance) -> House:
    """Return a browser with everything open."""
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await world.store.commit(AssignRole(user_id=robin.user.id, role=GLOBAL_ADMINISTRATOR))
    colleague = await world.person("kim.larsen@contoso.test", phone="+44 7700 900068", mail=None)
    (theirs,) = await world.store.methods.of_user(colleague.user.id)
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30, app_passwords=True)))
    await to_challenge(visitor)
    answer = {"code": await world.texted_code(), "remember": "on"}
    await press(visitor, "/signin/challenge", answer)
    actor = Actor(id=robin.user.id, correlation_id=CorrelationId("c"))
    job = Job(
        id=JOB, act="reset-methods", wishes={}, reason="Why", actor=actor, started_at=world.now
    )
    await world.store.commit(OpenJob(job=job))
    (device,) = await world.store.devices.of_user(robin.user.id)
    ((session_id,),) = await world.store.engine.rows("SELECT id FROM sessions")
    await visitor.open("/security-info/default")
    await visitor.send("/security-info/default", option="oath")
    (mail,) = await mails(world)
    await world.granting.keys.published(world.now)
    change = (await to_confirmation(visitor)).path
    new_app = (await to_new_app(visitor, name="Blue")).path
    world.later(seconds=31)
    await visitor.open("/security-info/verify")
    await visitor.send("/security-info/verify", button=("option", "sms"))
    assert visitor.page.path == "/signin/challenge"
    target = replace(await world.target(robin.user.id), held=())  # before there was a method
    letters = drawn_app_password(world.entropy)
    mail_program = AppPassword(
        id=AppPasswordId("0197a3f0-6c1e-4d30-9b52-3f6a1c0e8d48"),
        user_id=robin.user.id,
        name="mail",
        digest=world.sign_in.app_password_digests(robin.user.id, letters)[0],
        created_at=world.now,
    )
    await world.store.commit(AddAppPassword(new=mail_program))
    invited = await world.carry_out(
        invite(world.administration, world.host, target, by_mail=False, at=world.now)
    )
    acts = (
        create_role(world.administration, world.host, "Releases", ["readUsers"], at=world.now),
        create_unit(world.administration, world.host, "Leeds", at=world.now),
    )
    role, unit = [await world.carry_out(one) for one in acts]
    held = await world.store.methods.of_user(robin.user.id)
    app = next(one for one in held if one.kind == "softwareOath")
    asked = request_approval(
        world.administration,
        Actor(
            id=robin.user.id,
            roles=await world.store.roles.of_user(robin.user.id, at=world.now),
            epoch=robin.account.epoch,
            proofs=Proofs(first_at=world.now, second_at=world.now),
            reason="ticket 4711",
            correlation_id=CorrelationId("c"),
        ),
        await world.target(colleague.user.id),
        Permission.RESET_METHODS,
        act="lost-device",
        document=b"{}",
        at=world.now,
    )
    wanted = AuthorizationRequest(
        application_id=AZURE_CLI,
        redirect_uri="http://localhost",
        response_types=frozenset({"code"}),
        response_mode=ResponseMode.QUERY,
        scope="openid",
        prompts=frozenset({"login"}),
        started_at=world.later(seconds=1),
    )
    return House(
        approval=(await world.carry_out(asked)).id,
        visitor=visitor,
        request=await open_request(world.granting, wanted),
        change=change,
        new_app=new_app,
        removal=f"/security-info/methods/{app.id}/delete",
        link=mail.facts["not_me_url"].removeprefix("https://id.contoso.test"),
        device=f"/security-info/devices/{device.id}/forget",
        app_password=mail_program.id,
        session=f"/security-info/sessions/{session_id}/end",
        doors=doors,
        colleague=colleague.user.id,
        colleagues_phone=theirs.id,
        colleagues_token=await given_token(world, colleague),
        custom_role=role.id,
        unit=unit.id,
        application=(await world.application()).id,
        invitation=invited.url.reveal().removeprefix("https://id.contoso.test"),
    )


def routes_of(doors: Entrance) -> Iterator[tuple[Mount, Route]]:
    """Return every route, with the door that it belongs to."""
    for mount in doors.mounts:
        for route in mount.routes:
            yield mount, route
