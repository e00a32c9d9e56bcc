"""Each strong method, and two others: registered, used at a sign-in, and removed by whoever may.

What is removed is judged by the next sign-in, by what its owner is mailed, and by the audit log.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2
import pytest

from graph.caller import Caller
from journeys.administrators import act, administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.steps import is_signed_in, mails, secret_of, texts, to_challenge, to_new_app
from journeys.test_authenticator_app import number_on, set_up
from journeys.test_hardware_tokens import PAGE as TOKEN_PAGE
from journeys.test_hardware_tokens import held_by as token_of
from journeys.test_hardware_tokens import stocked
from journeys.test_passkeys import make, unnamed
from methods.authenticator import Authenticator
from methods.test_hardware_oath import code as shown_by
from phone_with_app import Phone
from proofup.assembly.service import Service
from proofup.audit.events.methods import MethodAdded, MethodRemoved
from proofup.directory.users import Person
from proofup.graph.methods.found import resources_of
from proofup.methods.registered_methods import MethodKind
from proofup.methods.time_based_code import hotp
from proofup.values.ids import MethodId
from proofup.values.ways import Way
from visitor import ORIGIN, Page, Visitor
from world import SIX_DIGITS, World

pytestmark = pytest.mark.anyio
CHALLENGE, OPTIONS = "/signin/challenge", "/signin/options"
SEND = f"{CHALLENGE}/send"
WRITE = "UserAuthenticationMethod.ReadWrite.All"


@dataclass
class Owner:
    """Somebody with a browser and a second method, which stays; a kind says how it is used."""

    world: World
    service: Service
    visitor: Visitor
    number: int
    way = "sms"  # how the method of the kind answers
    stays = "sms"
    refused = "Enter the code we texted you"  # what the page of the next sign-in holds
    person: Person = field(init=False)

    @property
    def name(self) -> str:
        return f"robin{self.number}@contoso.test"

    async def begin(self) -> None:
        """Sign in by the method that stays."""
        phone = None if self.stays == "oath" else f"+44 7700 9000{60 + self.number}"
        self.person = await self.world.person(
            self.name, phone=phone, apps=phone is None, default=Way(self.stays)
        )
        await to_challenge(self.visitor, name=self.name)
        typed = self.world.texted_code() if phone else self.world.app_code(self.person.user.id)
        assert is_signed_in(await self.visitor.send(CHALLENGE, code=await typed))

    async def register(self) -> None:
        raise NotImplementedError

    async def code(self) -> str:
        raise NotImplementedError

    async def signs_in(self) -> Page:
        """Go as far as the method leads, in its way where it is offered still."""
        await to_challenge(self.visitor, name=self.name)
        await self.world.sent()
        page = await self.visitor.open(OPTIONS)
        if ("option", self.way) not in [button for one in page.forms for button in one.buttons]:
            await self.visitor.open(CHALLENGE)
        else:
            await self.visitor.send(SEND, button=("option", self.way))
        return await self.answered()

    async def answered(self) -> Page:
        return await self.visitor.send(CHALLENGE, code=await self.code())


class OfSoftwareOath(Owner):
    way = "oath"
    refused = "That code didn't match"
    secret = b""

    async def register(self) -> None:
        page = await to_new_app(self.visitor, name="Blue")
        self.secret = base64.b32decode(secret_of(page))
        await self.visitor.send(page.path, code=await self.code())

    async def code(self) -> str:
        return hotp(self.secret, int(self.world.now.timestamp()) // 30)


class OfHardwareOath(Owner):
    way = "hardwareOath"
    refused = "That code didn't match"
    shown: Callable[[], str]

    async def register(self) -> None:
        serial = f"A-{self.number}"
        of = await stocked(self.world, serial)
        await self.visitor.open(TOKEN_PAGE)
        page = await self.visitor.send(TOKEN_PAGE, serialNumber=serial, displayName="Blue")
        held = self.world.catalogue.token_method.of_token(
            of, {}, user_id=self.person.user.id, slot=self.way, at=self.world.now
        )
        self.shown = lambda: shown_by(held, self.world.now)
        await self.visitor.send(page.path, code=await self.code())
        assert (await token_of(self.world, self.person)).id == of.id

    async def code(self) -> str:
        return self.shown()


class OfFido2(Owner):
    """A passkey signs in without a name; the browser is told that it may forget it."""

    refused = "data-unknown"

    async def register(self) -> None:
        self.device = Authenticator(seed=self.name)
        await make(self.visitor, self.device)

    async def signs_in(self) -> Page:
        return await unnamed(self.visitor, self.device)


class OfMicrosoftAuthenticator(Owner):
    way = "push"

    async def register(self) -> None:
        self.device = Phone(self.service.app, self.world)
        await set_up(self.visitor, self.device)

    async def answered(self) -> Page:
        response = await self.device.post("requests", self.device.signed())
        if response.status_code == 410:
            return self.visitor.page
        await self.device.answer("approve", number_on(self.visitor.page))
        return await self.visitor.send(CHALLENGE)


class OfPhone(Owner):
    stays = "oath"
    refused = "That code didn't match"

    async def register(self) -> None:
        await self.visitor.open("/security-info/phone")
        number = f"07700 900 1{60 + self.number}"
        page = await self.visitor.send("/security-info/phone", number=number, country="GB")
        await self.visitor.send(page.path, code=await self.code())

    async def code(self) -> str:
        sent = [SIX_DIGITS.search(one.body.reveal()) for one in await texts(self.world)]
        return "".join(sent[-1].groups()) if sent and sent[-1] else "000000"


KINDS: Mapping[str, type[Owner]] = {
    "microsoftAuthenticator": OfMicrosoftAuthenticator,
    "fido2": OfFido2,
    "hardwareOath": OfHardwareOath,
    "softwareOath": OfSoftwareOath,
    "phone": OfPhone,
}


@pytest.mark.both_engines
@pytest.mark.parametrize("kind", KINDS)
async def test_MX_03_MX_11_RSP_07_HWT_08_a_method_lets_in_until_whoever_may_removes_it(
    world: World, service: Service, new_visitor: NewVisitor, kind: str
) -> None:
    kim = await administrator(world)
    application = await world.application(WRITE)

    async def by_its_owner(owner: Owner, method_id: MethodId) -> str:
        page = await owner.visitor.open(f"/security-info/methods/{method_id}/delete")
        page = await owner.visitor.send(page.path)
        assert "The sign-in method is deleted" in page.text
        return owner.person.user.id

    async def in_the_admin_centre(owner: Owner, method_id: MethodId) -> str:
        visitor = new_visitor()
        await to_admin(visitor, world, kim)
        page = await act(visitor, owner.person, f"methods/{method_id}/delete")
        assert "Cleared" in page.text
        page = await visitor.open(f"/admin/users/{owner.person.user.id}/methods/{method_id}/delete")
        assert page.status == 404
        return kim.user.id

    async def by_graph(owner: Owner, _: MethodId) -> str:
        segment = resources_of([MethodKind(kind)])[MethodKind(kind)].segment
        path = f"/beta/users/{owner.person.user.id}/authentication/{segment}"
        transport = httpx2.ASGITransport(app=service.app, client=("198.51.100.80", 40000))
        http = httpx2.AsyncClient(transport=transport, base_url=ORIGIN)
        caller = Caller(http, await world.token_of(application))
        (found,) = (await caller.get(path)).items
        assert (await caller.delete(f"{path}/{found['id']}")).status == 204
        return application.id

    for number, removed in enumerate((by_its_owner, in_the_admin_centre, by_graph)):
        owner = KINDS[kind](world, service, new_visitor(), number)
        await owner.begin()
        before = {one.id for one in (await world.target(owner.person.user.id)).held}
        await owner.register()
        held = (await world.target(owner.person.user.id)).held
        (method,) = [one for one in held if one.id not in before]
        assert method.kind == kind
        await owner.visitor.send("/signout")
        world.later(minutes=2)
        page = await owner.signs_in()
        assert is_signed_in(page), page.text
        await world.sent()

        name = await removed(owner, method.id)
        left = (await world.target(owner.person.user.id)).held
        assert {one.id for one in left} == before, "what stays"
        (told,) = [one for one in await mails(world) if one.template == "method-removed"]
        assert (told.to, told.facts["kind"]) == (owner.person.user.mail, kind)
        log = await world.store.audit.of_user(owner.person.user.id, most=9)
        entry = next(one for one in log if isinstance(one.event, MethodRemoved))
        assert entry.actor == name
        assert any(
            isinstance(one.event, MethodAdded) and one.actor == owner.person.user.id for one in log
        )

        world.later(minutes=2)
        owner.visitor = new_visitor()
        page = await owner.signs_in()
        assert not is_signed_in(page), page.text
        assert owner.refused in page.html.replace("&#39;", "'"), page.text
