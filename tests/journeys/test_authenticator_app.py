"""The authenticator app: set up, asked with a number at sign-in, denied, reported, removed."""

import base64
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import anyio
import pytest

from conftest import KEY_ENCRYPTION_KEY
from delivery.http_servers import answer, http_server
from delivery.test_web_push import Browser
from journeys.steps import PHONE, ROBIN, by_text, everything, is_signed_in, mails, to_challenge
from phone_with_app import ANSWER, Phone, base64_of, new_key, point
from proofup.administration.lost_device import lost_device
from proofup.assembly.service import Service
from proofup.audit.entry import Entry
from proofup.audit.events.challenges import ChallengeFailed, FraudReported
from proofup.audit.events.event import Event
from proofup.audit.events.service import KeysRotated
from proofup.challenges.waking import end_subscription
from proofup.delivery.carriers import CarrierRefusedError
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.web_push import WebPush
from proofup.directory.users import SetDefaultWay
from proofup.methods.time_based_code import hotp
from proofup.policy.limits import CountTries
from proofup.policy.request_tries import request_charges
from proofup.policy.rules import Policy, SetPolicy
from proofup.storage.maintenance.rotation import Rotation
from proofup.values.ids import UserId
from proofup.values.messages import Push
from proofup.values.sealing import KeyPurpose
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
CODE = re.compile(r'<code id="secret">([A-Z2-7 ]+)</code>')
NUMBER = re.compile(r"<output[^>]*>(\d\d)</output>")
NewPhone = Callable[[], Phone]
SIGN_IN = "/signin/challenge"
SUBSCRIPTION = {
    "endpoint": "https://push.example/send/1",
    "p256dh": base64_of(point(new_key())),
    "auth": base64_of(b"a" * 16),
    "serverKey": base64_of(point(new_key())),
}


@pytest.fixture
def new_phone(service: Service, world: World) -> NewPhone:
    return lambda: Phone(service.app, world)


def number_on(page: Page) -> str:
    found = NUMBER.search(page.html)
    assert found, page.text
    return found[1]


def another(number: str) -> str:
    return f"{(int(number) + 1) % 100:02}"


async def to_code(visitor: Visitor, *, name: str = "Robin's Pixel") -> str:
    """Choose to add the app, as far as the page with its code; return the code."""
    await visitor.open("/security-info/add")
    page = await visitor.send("/security-info/add", kind="microsoftAuthenticator", displayName=name)
    found = CODE.search(page.html)
    assert found, page.text
    return found[1]


async def set_up(visitor: Visitor, phone: Phone, *, name: str = "Robin's Pixel") -> Page:
    """Register a phone in a session that is fresh."""
    assert (await phone.enrol(await to_code(visitor, name=name))).status_code == 200
    change = visitor.page.path
    page = await visitor.open(change)
    assert (await phone.answer("approve", number_on(page))).status_code == 200
    page = await visitor.send(change)
    assert "is set up" in page.text, page.text
    return page


async def with_phone(world: World, visitor: Visitor, phone: Phone) -> Page:
    """Register a phone for Robin, and come back to the number of the next sign-in."""
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    await set_up(visitor, phone)
    return await signed_out(visitor)


async def log(world: World, phone: Phone) -> list[Event]:
    """Return what was recorded of the owner of the phone."""
    entries = await world.store.audit.of_user(UserId(phone.told["user"]), most=50)
    return [entry.event for entry in entries]


async def signed_out(visitor: Visitor) -> Page:
    await visitor.open("/security-info")
    await visitor.send("/signout")
    return await asked(visitor)


async def asked(visitor: Visitor) -> Page:
    """Sign in as far as the number, whatever is preferred."""
    await to_challenge(visitor)
    if "Enter this number in your app" not in visitor.page.text:
        await visitor.open("/signin/options")
        await visitor.send("/signin/challenge/send", button=("option", "push"))
    return visitor.page


async def test_APP_02_WIZ_04_PSH_01_PSH_03_VER_06_a_phone_is_set_up_and_signs_in_with_the_number(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    page = await set_up(visitor, phone)
    assert "Robin's Pixel" in page.text
    (mail,) = await mails(world)
    assert mail.template == "method-added"
    page = await signed_out(visitor)
    number = number_on(page)
    standing = await phone.look()
    assert standing["isConfirmed"]
    assert standing["userName"] == ROBIN
    shown = json.loads(standing["request"]["shown"])
    assert (shown["address"], shown["purpose"]) == ("203.0.113.24", "signIn")
    page = await visitor.send(SIGN_IN)
    assert page.path == SIGN_IN, "the phone has yet to answer"
    assert (await phone.answer("approve", number)).json() == {"status": "approved"}
    assert is_signed_in(await visitor.send(SIGN_IN))
    assert (await phone.look())["request"] is None


async def test_the_page_goes_on_by_itself_and_shows_what_happens(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    number = number_on(await with_phone(world, visitor, phone))
    page = await visitor.open("/signin/challenge/delivery")
    assert 'data-stage="waiting"' in page.html
    before = await everything(world)
    for _ in range(3):
        await visitor.open("/signin/challenge/delivery")
        await visitor.open(SIGN_IN)
    assert await everything(world) == before, "looking writes nothing"
    await phone.answer("approve", number)
    page = await visitor.open("/signin/challenge/delivery")
    assert 'data-go-on="go-on"' in page.html


@pytest.mark.parametrize(
    "case",
    [
        ("deny", "denied", "The request was denied"),
        ("approve", "wrongNumber", "Another number was typed on your device"),
    ],
)
async def test_PS2_PSH_11_a_denial_and_a_wrong_number_end_the_request(
    world: World, visitor: Visitor, new_phone: NewPhone, case: tuple[str, str, str]
) -> None:
    decision, status, words = case
    phone = new_phone()
    number = number_on(await with_phone(world, visitor, phone))
    standing = await phone.look()
    answered = await phone.answer(decision, another(number))
    assert answered.json() == {"status": status}
    again = await phone.answer("approve", number, request=standing["request"])
    assert (again.status_code, again.json()["error"]["code"]) == (409, "over"), "one try"
    page = await visitor.send(SIGN_IN)
    assert words in page.text
    assert page.status == 400
    (failed,) = [one for one in await log(world, phone) if isinstance(one, ChallengeFailed)]
    assert (failed.way, failed.because) == ("push", status)
    page = await visitor.send("/signin/challenge/send")
    await phone.answer("approve", number_on(page))
    assert is_signed_in(await visitor.send(SIGN_IN))


async def test_PSH_08_who_did_not_ask_reports_and_everything_ends(
    world: World, visitor: Visitor, new_phone: NewPhone, another_visitor: Visitor
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    await asked(another_visitor)
    assert (await phone.answer("report")).json() == {"status": "fraud"}
    page = await another_visitor.send(SIGN_IN)
    assert "This sign-in was stopped on the phone" in page.text
    assert any(isinstance(one, FraudReported) for one in await log(world, phone))


async def test_PS3_PSH_12_a_new_request_supersedes_the_one_before(
    world: World, visitor: Visitor, new_phone: NewPhone, another_visitor: Visitor
) -> None:
    phone = new_phone()
    number = number_on(await with_phone(world, visitor, phone))
    first = (await phone.look())["request"]
    newer = number_on(await asked(another_visitor))
    second = (await phone.look())["request"]
    assert second["id"] != first["id"]
    assert (await phone.answer("approve", number, request=first)).status_code == 409
    assert (await phone.answer("approve", newer)).status_code == 200
    assert is_signed_in(await another_visitor.send(SIGN_IN))
    page = await visitor.send(SIGN_IN)
    assert not is_signed_in(page)


async def test_PSH_13_an_ignored_request_is_over_after_a_minute(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    number = number_on(await with_phone(world, visitor, phone))
    request = (await phone.look())["request"]
    world.later(seconds=60)
    assert (await phone.look())["request"] is None
    assert (await phone.answer("approve", number, request=request)).status_code == 409
    page = await visitor.send(SIGN_IN)
    assert "We didn't get your answer in time" in page.text
    assert "Send another request" in page.text


async def test_PS4_requests_rest_after_three_that_nobody_answered(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    for _ in range(2):
        await visitor.send("/signin/challenge/send")
    page = await visitor.send("/signin/challenge/send")
    assert page.status == 429
    assert "Your last requests were denied or not answered" in page.text
    assert "Use a different verification option" in page.text
    world.later(minutes=5, seconds=1)
    assert number_on(await visitor.send("/signin/challenge/send"))


async def test_PS4_requests_rest_for_longer_after_three_denials(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    for left in (2, 1, 0):
        assert (await phone.answer("deny")).status_code == 200
        if left:
            world.later(minutes=2)
            await asked(visitor)
    world.later(minutes=6)
    page = await to_challenge(visitor)
    if "No request was sent" not in page.text:
        await visitor.open("/signin/options")
        page = await visitor.send("/signin/challenge/send", button=("option", "push"))
    assert "No request was sent" in page.text
    world.later(minutes=10)
    assert number_on(await asked(visitor))


async def test_ALT_01_PSH_10_the_code_of_the_app_signs_in_without_a_connection(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    secret = base64.b64decode(phone.told["secret"])
    await visitor.open("/signin/options")
    assert "Approve a request on the authenticator app" in visitor.page.text
    assert "Use a code of the authenticator app" in visitor.page.text
    await visitor.send("/signin/challenge/send", button=("option", "appCode"))
    code = hotp(secret, int(world.now.timestamp()) // 30)
    wrong = "000000" if code != "000000" else "111111"
    assert "That code didn't match" in (await visitor.send(SIGN_IN, code=wrong)).text
    assert is_signed_in(await visitor.send(SIGN_IN, code=code))


async def test_PS7_a_code_enrols_one_device_and_only_in_time(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    code = await to_code(visitor)
    page = await visitor.send(visitor.page.path)
    assert CODE.search(page.html), "without a device there is nothing to go on with"
    assert (await new_phone().enrol("A" * 24)).status_code == 404
    assert (await new_phone().enrol(code.lower())).status_code == 200
    assert (await new_phone().enrol(code)).status_code == 404, "a second device"
    late = await to_code(visitor)
    world.later(minutes=10)
    assert (await new_phone().enrol(late)).status_code == 404
    page = await visitor.send(visitor.page.path)
    assert "The code is not good any more" in page.text


async def test_the_code_enrols_nothing_before_the_fresh_proof(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    await visitor.open("/security-info/add")
    world.later(minutes=11)
    page = await visitor.send("/security-info/add", kind="microsoftAuthenticator", displayName="")
    assert "/security-info/verify" in page.path
    code = await stored_code(world)
    assert (await new_phone().enrol(code)).status_code == 404


async def stored_code(world: World) -> str:
    ((found,),) = await world.store.engine.rows("SELECT id FROM registrations")
    registration = await world.store.registrations.by_id(found)
    assert registration
    method = world.catalogue.registrable[registration.candidate.kind]
    shown = method.provisioning(registration.candidate, account="")
    assert shown
    return shown.secret.reveal()


async def test_RSP_07_APP_07_a_removed_device_answers_nothing_and_is_told(
    world: World, visitor: Visitor, new_phone: NewPhone, another_visitor: Visitor
) -> None:
    phone, other = new_phone(), new_phone()
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    await set_up(visitor, phone)
    await set_up(visitor, other, name="Tablet")
    number = number_on(await asked(another_visitor))
    request = (await phone.look())["request"]
    device = phone.told["device"]
    await visitor.open(f"/security-info/methods/{device}/delete")
    await visitor.send(f"/security-info/methods/{device}/delete")
    gone = await phone.answer("approve", number, request=request)
    assert (gone.status_code, gone.json()["error"]["code"]) == (410, "removed")
    assert (await phone.post("requests", phone.signed())).status_code == 410
    assert (await other.look())["userName"] == ROBIN


async def test_lost_this_phone_ends_the_app_with_the_rest(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    target = await world.target(phone.told["user"])
    planned = await lost_device(world.administration, world.host, target, "lost", at=world.now)
    done = await world.carry_out(planned)
    assert "microsoftAuthenticator" in {one.kind for one in done.cleared}
    assert (await phone.post("requests", phone.signed())).status_code == 410


async def test_PS6_only_the_key_of_the_device_answers_and_no_cookie_is_taken(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone, thief = new_phone(), new_phone()
    number = number_on(await with_phone(world, visitor, phone))
    request = (await phone.look())["request"]
    thief.told = phone.told
    forged = await thief.answer("approve", number, request=request)
    assert (forged.status_code, forged.json()["error"]["code"]) == (401, "notSigned")
    body = phone.signed(
        ANSWER,
        request=request["id"],
        purpose=request["purpose"],
        shown=request["shown"],
        decision="approve",
        number=number,
    )
    refused = await phone.post("answers", body, {"cookie": "pu_s=anything"})
    assert refused.json()["error"]["code"] == "cookiesRefused"
    assert (await phone.post("requests", body)).status_code == 401, "signed for another use"
    assert (await phone.post("answers", {"text": "{}", "signature": ""})).status_code == 400
    assert (await phone.post("answers", {"text": "{}"})).status_code == 401
    assert (await phone.post("answers", {**body, "signature": "?"})).status_code == 400
    assert (await phone.post("answers", body)).status_code == 200
    assert (await phone.post("answers", body)).status_code == 409, "a replay"


async def test_a_clock_that_is_far_from_ours_is_told_the_time(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    body = phone.signed(at=int(world.now.timestamp()) - 301)
    told = await phone.post("requests", body)
    assert (told.status_code, told.json()["error"]["code"]) == (401, "clock")


async def test_a_device_that_subscribed_is_woken_with_the_id_of_the_request(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    taken = await phone.post("subscriptions", phone.signed(subscription=SUBSCRIPTION))
    assert taken.status_code == 204
    short = {**SUBSCRIPTION, "auth": base64_of(b"short")}
    assert (await phone.post("subscriptions", phone.signed(subscription=short))).status_code == 400
    world.later(minutes=6)
    await asked(visitor)
    request = (await phone.look())["request"]
    (push,) = await pushes(world)
    assert (push.request, push.subscription.endpoint) == (request["id"], SUBSCRIPTION["endpoint"])
    assert (await phone.post("subscriptions", phone.signed())).status_code == 204
    await visitor.send("/signin/challenge/send")
    assert await pushes(world) == []


async def test_a_device_is_woken_by_the_key_it_knows_until_it_subscribes_with_the_new_one(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    async with http_server(*[answer(201)] * 2) as server:

        async def subscribe() -> tuple[Browser, str]:
            """Subscribe as the app does, with the key that the service has now."""
            browser = Browser(world.store.keys)
            place = browser.subscription(f"http://127.0.0.1:{server.port}/send")
            told = {
                "endpoint": place.endpoint,
                "p256dh": base64_of(place.p256dh),
                "auth": base64_of(place.auth),
                "serverKey": (await phone.look())["serverKey"],
            }
            taken = await phone.post("subscriptions", phone.signed(subscription=told))
            assert taken.status_code == 204
            return browser, told["serverKey"]

        async def is_woken(browser: Browser, key: str) -> None:
            """Ask the device, and read what arrives as its browser does."""
            world.later(minutes=6)
            await asked(visitor)
            await delivered(world)
            posted = server.requests[-1]
            assert browser.read(posted.body) == {"request": (await phone.look())["request"]["id"]}
            known = base64.urlsafe_b64encode(base64.b64decode(key)).rstrip(b"=").decode()
            assert posted.headers["authorization"].endswith(f"k={known}")

        old_browser, old = await subscribe()
        rotation = Rotation(
            store=world.store, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=world.entropy
        )
        known = await rotation.make_known([KeyPurpose.VAPID])
        await rotation.use(known, service_entry(world), at=world.now)
        standing = await phone.look()
        assert standing["subscribedKey"] == old != standing["serverKey"]
        await is_woken(old_browser, old)
        browser, new = await subscribe()
        standing = await phone.look()
        assert standing["subscribedKey"] == new == standing["serverKey"] != old
        await is_woken(browser, new)
        await phone.post("subscriptions", phone.signed(subscription=SUBSCRIPTION))
        world.later(minutes=6)
        await asked(visitor)
        with pytest.raises(CarrierRefusedError, match="key that is removed"):
            await delivered(world)
        assert (await phone.look())["subscribedKey"] is None, "so the app subscribes again"


def service_entry(world: World) -> Entry:
    """Return an entry of the log of what a command has done."""
    return world.host.entry(KeysRotated(command="rotate-keys"), None, at=world.now)


async def delivered(world: World) -> None:
    """Post the newest message to a device."""
    *_, claimed = await world.store.outbox.claim(
        "notification", most=9, lease=timedelta(minutes=1), at=world.now
    )
    assert isinstance(claimed.content, Push)
    client = OutboundClient(allow=["127.0.0.1"])
    sender = WebPush(
        client=client,
        keys=world.store.keys,
        contact="mailto:desk@contoso.test",
        ended=partial(end_subscription, world.room),
        clock=lambda: world.now,
    )
    try:
        await sender.send(claimed.content, claimed)
    finally:
        await client.close()


async def pushes(world: World) -> list[Push]:
    claimed = await world.store.outbox.claim(
        "notification", most=9, lease=timedelta(minutes=1), at=world.now
    )
    return [one.content for one in claimed if isinstance(one.content, Push)]


async def test_a_device_that_is_not_confirmed_only_answers_its_first_request(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    await phone.enrol(await to_code(visitor))
    standing = await phone.look()
    assert not standing["isConfirmed"]
    assert standing["request"]["purpose"] == "registration"
    taken = await phone.post("subscriptions", phone.signed(subscription=SUBSCRIPTION))
    assert taken.json()["error"]["code"] == "notConfirmed"
    page = await visitor.open(visitor.page.path)
    await phone.answer("deny")
    page = await visitor.send(page.path)
    assert "The request was denied" in page.text
    page = await visitor.send(f"{page.path}/send")
    await phone.answer("approve", number_on(page))
    assert "is set up" in (await visitor.send(page.path)).text


async def test_OPT_04_the_classic_page_offers_it_and_deletes_devices(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    page = await visitor.open("/security-info/classic")
    assert "Notify me through app" in page.text
    await set_up(visitor, new_phone())
    page = await visitor.open("/security-info/classic")
    assert "Robin's Pixel" in page.text
    page = await visitor.send("/security-info/classic", option="push")
    assert "Saved" in page.text
    page = await visitor.send("/security-info/classic", option="sms", without=("authenticator",))
    assert "Saved" in page.text
    held = await world.store.methods.of_user(robin.user.id)
    assert [one.kind for one in held] == ["phone"]


async def test_a_way_that_is_switched_off_asks_nobody(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({"sms"}))))  # type: ignore[arg-type]
    page = await to_challenge(visitor)
    assert "Enter this number" not in page.text


async def test_the_app_is_a_page_that_can_be_installed(visitor: Visitor) -> None:
    page = await visitor.open("/authenticator")
    assert page.status == 200
    policy = page.headers["content-security-policy"]
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy
    manifest = (await visitor.http.get("/authenticator/manifest.webmanifest")).json()
    assert (manifest["start_url"], manifest["display"]) == ("/authenticator", "standalone")
    worker = await visitor.http.get("/authenticator/worker.js")
    assert worker.headers["service-worker-allowed"] == "/authenticator"
    assert (await visitor.open("/authenticator/no.js")).status == 404


async def test_CH_02_SYS_04_SYS_21_SYS_22_the_strongest_is_asked_first_where_the_rule_says_so(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone = new_phone()
    await with_phone(world, visitor, phone)
    user_id = UserId(phone.told["user"])
    await world.store.commit(SetDefaultWay(user_id=user_id, way=Way("sms")))
    world.later(minutes=6)
    assert "Enter the code we texted you" in (await to_challenge(visitor)).text
    await world.store.commit(SetPolicy(policy=Policy(system_preferred=True)))
    world.later(minutes=6)
    assert number_on(await to_challenge(visitor))
    page = await visitor.open("/signin/options")
    assert "Text" in page.text, "another can be chosen"
    apps = frozenset({Way("sms"), Way("voiceMobile")})
    await world.store.commit(SetPolicy(policy=Policy(system_preferred=True, ways=apps)))
    world.later(minutes=6)
    page = await to_challenge(visitor)
    assert "Enter the code we texted you" in page.text, "rules outrank the order"


@pytest.mark.both_engines
async def test_PS7_of_two_devices_with_one_code_one_is_enrolled(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    code, found = await to_code(visitor), list[int]()

    async def enrols(phone: Phone) -> None:
        found.append((await phone.enrol(code)).status_code)

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(enrols, new_phone())
    assert sorted(found) == [200, 404, 404]


async def test_a_device_is_enrolled_while_requests_rest_and_asked_later(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    charges = request_charges(world.room.counter_key, Policy(), robin.user.id)
    for _ in range(3):
        await world.store.commit(CountTries(charges=charges, at=world.now))
    phone, code = new_phone(), await to_code(visitor)
    assert (await phone.enrol(code)).status_code == 200
    assert (await phone.look())["request"] is None
    world.later(minutes=5, seconds=1)
    page = await visitor.send(f"{visitor.page.path}/send")
    await phone.answer("approve", number_on(page))
    assert "is set up" in (await visitor.send(visitor.page.path)).text


async def test_a_device_of_nobody_is_told_that_it_is_removed(new_phone: NewPhone) -> None:
    phone = new_phone()
    phone.told = {"user": "nobody", "device": "none", "registration": "none"}
    assert (await phone.post("requests", phone.signed())).status_code == 410
