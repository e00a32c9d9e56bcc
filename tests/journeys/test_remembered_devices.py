"""Remembered browsers, and everything that makes them forgotten."""

from datetime import timedelta

import pytest

from journeys.conftest import NewVisitor
from journeys.steps import (
    PHONE,
    by_text,
    cookie,
    keep_cookie,
    mails,
    other_than,
    press,
    texts,
    to_challenge,
)
from proofup.audit.events.sign_ins import DeviceRefused, DeviceRemembered, DevicesRestored, SignedIn
from proofup.directory.users import (
    BlockProofs,
    MfaState,
    Person,
    RaiseEpoch,
    SetEnabled,
    SetMfaState,
    UserType,
)
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
DAYS = 30
BOX = "Don't ask again on this browser for 30 days"
MY_APPS = "/myapps"
CHALLENGE = "/signin/challenge"


async def rules(world: World, days: int = DAYS) -> None:
    await world.store.commit(SetPolicy(policy=Policy(remember_days=days)))


async def remembered(visitor: Visitor, world: World) -> Page:
    """Sign in by text with the box ticked."""
    await to_challenge(visitor)
    code = await world.texted_code()
    page = await press(visitor, CHALLENGE, {"code": code, "remember": "on"})
    assert page.status == 200, page.text
    return page


async def again(visitor: Visitor, world: World) -> Page:
    """Sign out, and in again as far as the password."""
    await visitor.send("/signout")
    world.later(minutes=5)
    return await to_challenge(visitor)


@pytest.fixture
async def robin(world: World) -> Person:
    person = await world.person(phone=PHONE)
    await rules(world)
    return person


async def test_REM_01_it_is_off_at_first(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    assert "Don't ask again" not in (await to_challenge(visitor)).text
    await press(visitor, CHALLENGE, {"code": await world.texted_code(), "remember": "on"})
    assert cookie(visitor, "pu_d") is None


@pytest.mark.both_engines
async def test_CH_10_REM_02_SE5_a_browser_skips_the_second_proof_where_the_box_was_ticked(
    world: World, visitor: Visitor, robin: Person
) -> None:
    assert BOX in (await to_challenge(visitor)).text
    await press(visitor, CHALLENGE, {"code": await world.texted_code(), "remember": "on"})
    page = await again(visitor, world)
    assert page.path == MY_APPS
    assert await texts(world) == []
    entries = await world.store.audit.of_user(robin.user.id, most=50)
    assert isinstance(entries[0].event, SignedIn)
    assert entries[0].event.way == "rememberedDevice"  # REM-12
    assert DeviceRemembered in [type(entry.event) for entry in entries]


async def test_ENT_07_REM_02_a_remembered_browser_opens_my_apps_from_every_start(
    world: World, visitor: Visitor, robin: Person
) -> None:
    page = await remembered(visitor, world)
    assert page.path == MY_APPS, "also at the first sign-in"
    assert 'href="/security-info"' in page.html
    for start in ("/", "/signin", MY_APPS):
        await visitor.open(start)
        await visitor.send("/signout")
        page = await to_challenge(visitor, start=start)
        assert page.path == MY_APPS, start
    assert await texts(world) == []
    page = await visitor.open("/security-info")
    assert page.path == "/security-info/verify?to=%2Fsecurity-info", "its proof is asked for there"


async def test_REM_12_the_log_says_that_the_proof_was_skipped(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await remembered(visitor, world)
    await again(visitor, world)
    newest = (await world.store.audit.of_user(robin.user.id, most=1))[0]
    assert newest.event == SignedIn(level="singleFactor", way="rememberedDevice")


async def test_a_box_that_was_not_ticked_remembers_nothing(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await by_text(visitor, world)
    assert (await again(visitor, world)).path == CHALLENGE


async def test_the_tick_survives_a_wrong_code(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await to_challenge(visitor)
    code = await world.texted_code()
    page = await press(visitor, CHALLENGE, {"code": other_than(code), "remember": "on"})
    assert 'name="remember" checked' in page.html
    await press(visitor, CHALLENGE, {"code": code, "remember": "on"})
    assert (await again(visitor, world)).path == MY_APPS


async def test_CH_10_the_tick_is_kept_while_another_code_or_another_way_is_asked_for(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await rules(world)
    await to_challenge(visitor)
    world.later(seconds=31)
    page = await press(visitor, CHALLENGE, {"remember": "on", "code": "", "then": "again-sms"})
    assert page.path == CHALLENGE
    assert 'name="remember" checked' in page.html
    page = await press(visitor, CHALLENGE, {"code": "", "then": "options"})
    assert page.path == "/signin/options"
    page = await visitor.send("/signin/challenge/send", button=("option", "oath"))
    assert 'name="remember" checked' in page.html
    await press(visitor, CHALLENGE, {"code": await world.app_code(robin.user.id)})
    assert (await again(visitor, world)).path == MY_APPS


async def test_REM_03_another_browser_is_asked(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    await remembered(new_visitor(), world)
    world.later(seconds=31)
    assert (await to_challenge(new_visitor())).path == CHALLENGE


async def test_REM_09_SE5_another_account_in_the_same_browser_is_asked(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await world.person("kim.larsen@contoso.test", phone="+44 7700 900068")
    await remembered(visitor, world)
    await visitor.send("/signout")
    world.later(seconds=31)
    page = await to_challenge(visitor, name="kim.larsen@contoso.test")
    assert page.path == CHALLENGE
    await press(visitor, CHALLENGE, {"code": await world.texted_code(), "remember": "on"})
    # Both are remembered from here on.
    assert (await again(visitor, world)).path == MY_APPS
    await visitor.send("/signout")
    assert (await to_challenge(visitor, name="kim.larsen@contoso.test")).path == MY_APPS


async def test_REM_05_SE5_the_days_are_counted_from_the_proof_however_often_it_is_used(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await remembered(visitor, world)
    for _ in range(3):
        world.later(days=9)
        assert (await again(visitor, world)).path == MY_APPS
    world.now += timedelta(days=3) - timedelta(minutes=22)
    assert (await again(visitor, world)).path == MY_APPS
    world.later(minutes=5)
    assert (await again(visitor, world)).path == CHALLENGE


@pytest.mark.parametrize("days", [0, 3])
async def test_REM_06_SE5_fewer_days_or_none_count_for_those_remembered_already(
    world: World, visitor: Visitor, robin: Person, days: int
) -> None:
    await remembered(visitor, world)
    world.later(days=4)
    await rules(world, days)
    assert (await again(visitor, world)).path == CHALLENGE
    await rules(world)
    await press(visitor, CHALLENGE, {"code": await world.texted_code()})
    assert (await again(visitor, world)).path == (MY_APPS if days == 0 else CHALLENGE)


async def test_REM_08_a_guest_is_offered_none(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, user_type=UserType.GUEST)
    await rules(world)
    assert "Don't ask again" not in (await to_challenge(visitor)).text
    await press(visitor, CHALLENGE, {"code": await world.texted_code(), "remember": "on"})
    assert (await again(visitor, world)).path == CHALLENGE


async def test_REM_10_FRS_04_SE5_what_a_browser_remembers_is_no_proof_for_a_change(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await remembered(visitor, world)
    assert (await again(visitor, world)).path == MY_APPS
    assert (await visitor.open("/profile")).path == "/profile"
    for address in ("/security-info", "/security-info/phone", "/security-info/classic"):
        page = await visitor.open(address)
        assert page.path.startswith("/security-info/verify"), address
        assert f'href="{MY_APPS}">Back to My Apps' in page.html
    world.later(seconds=31)
    await visitor.open("/security-info")
    page = await visitor.send("/security-info/verify")
    assert page.path == CHALLENGE
    assert "Don't ask again" not in page.text
    page = await visitor.send(CHALLENGE, code=await world.texted_code())
    assert page.path == "/security-info"


async def test_a_browser_does_not_set_a_duty_aside(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await remembered(visitor, world)
    await world.store.commit(
        SetPolicy(policy=Policy(remember_days=DAYS, least_methods=2)),
        SetMfaState(user_id=robin.user.id, state=MfaState.ENFORCED),
    )
    assert (await again(visitor, world)).path == CHALLENGE
    page = await visitor.send(CHALLENGE, code=await world.texted_code())
    assert page.path == "/proofup"


@pytest.mark.parametrize("end", ["epoch", "disabled and back", "blocked"])
async def test_REM_07_SE3_SE5_what_ends_everything_ends_this(
    world: World, visitor: Visitor, robin: Person, end: str
) -> None:
    await remembered(visitor, world)
    user_id = robin.user.id
    if end == "blocked":
        await visitor.send("/signout")
        until = world.now + timedelta(days=1)
        await world.store.commit(BlockProofs(user_id=user_id, until=until))
    else:
        await world.store.commit(RaiseEpoch(user_id=user_id))
    if end == "disabled and back":
        await world.store.commit(SetEnabled(user_id=user_id, enabled=False))
        await world.store.commit(SetEnabled(user_id=user_id, enabled=True))
    await visitor.open("/signin")
    world.later(minutes=5)
    page = await to_challenge(visitor)
    assert page.path == CHALLENGE or page.status == 403


async def test_PG_05_RST_01_RST_02_RST_03_RST_04_VOC_08_the_classic_button_forgets_every_browser(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    one, other = new_visitor(), new_visitor()
    for visitor in (one, other):
        await remembered(visitor, world)
        world.later(seconds=31)
    page = await one.open("/security-info/classic")
    assert "Restore multi-factor authentication on previously trusted devices" in page.text
    assert "2 browsers skip the second proof today" in page.text
    assert 'href="/security-info/devices/restore?back=classic"' in page.html
    await mails(world)
    page = await one.open("/security-info/devices/restore?back=classic")
    assert page.text.count("last used") == 2
    assert "Stays" in page.text
    page = await one.send("/security-info/devices/restore")
    assert "All browsers are forgotten" in page.text
    assert page.path.startswith("/security-info/classic")
    assert [mail.template for mail in await mails(world)] == ["devices-restored"]
    assert len(await world.store.methods.of_user(robin.user.id)) == 1
    newest = (await world.store.audit.of_user(robin.user.id, most=1))[0]
    assert newest.event == DevicesRestored(devices=2)  # AUD-14
    # The session goes on; the next sign-in of either asks, this one's too.
    assert (await one.open(MY_APPS)).path == MY_APPS
    for visitor in (one, other):
        assert (await again(visitor, world)).path == CHALLENGE


async def test_one_browser_is_forgotten_and_the_other_stays(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    one, other = new_visitor(), new_visitor()
    await remembered(one, world)
    (first,) = await world.store.devices.of_user(robin.user.id)
    world.later(minutes=2)
    await remembered(other, world)
    page = await other.open("/security-info")
    assert "Browsers that skip the second proof" in page.text
    ledger = page.text.partition("Browsers that skip the second proof")[2]
    assert ledger.partition("Ready for")[0].count("This browser") >= 1
    page = await other.send(f"/security-info/devices/{first.id}/forget")
    assert "The browser is forgotten" in page.text
    assert len(await world.store.devices.of_user(robin.user.id)) == 1
    assert (await again(one, world)).path == CHALLENGE
    assert (await again(other, world)).path == MY_APPS


@pytest.mark.usefixtures("robin")
async def test_forgetting_takes_a_proof_of_the_last_quarter_of_an_hour(
    world: World, visitor: Visitor
) -> None:
    await remembered(visitor, world)
    await visitor.open("/security-info")
    form = next(one for one in visitor.page.forms if one.action.endswith("/forget"))
    world.later(minutes=15)
    page = await visitor.post(form.action, form.fields)
    assert page.path.startswith("/security-info/verify")
    await visitor.open("/security-info/devices/restore?back=nowhere")
    page = await visitor.send("/security-info/devices/restore")
    assert page.path.startswith("/security-info/verify")
    await visitor.send("/security-info/verify")
    page = await visitor.send(CHALLENGE, code=await world.texted_code())
    assert page.path == "/security-info/devices/restore"
    page = await visitor.send("/security-info/devices/restore")
    assert page.path == "/security-info?done=devices-restored"


async def test_EN8_nobody_forgets_the_browser_of_another(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    robins, kims = new_visitor(), new_visitor()
    await remembered(robins, world)
    (device,) = await world.store.devices.of_user(robin.user.id)
    await world.person("kim.larsen@contoso.test", phone="+44 7700 900068")
    await to_challenge(kims, name="kim.larsen@contoso.test")
    await press(kims, CHALLENGE, {"code": await world.texted_code(), "remember": "on"})
    await kims.open("/security-info")
    (own,) = [
        one
        for one in await world.store.engine.rows("SELECT id FROM remembered_devices")
        if one[0] != device.id
    ]
    form = kims.page.form(f"/security-info/devices/{own[0]}/forget")
    await kims.post(f"/security-info/devices/{device.id}/forget", form.fields)
    assert len(await world.store.devices.of_user(robin.user.id)) == 1


async def test_SE5_a_copied_browser_is_found_out_and_its_owner_told(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    owner, thief = new_visitor(), new_visitor()
    await remembered(owner, world)
    stolen = cookie(owner, "pu_d")
    assert stolen
    for _ in range(2):  # each use gives another secret
        assert (await again(owner, world)).path == MY_APPS
        assert cookie(owner, "pu_d") != stolen
    keep_cookie(thief, "pu_d", stolen)
    await mails(world)
    assert (await to_challenge(thief)).path == CHALLENGE
    assert [mail.template for mail in await mails(world)] == ["device-refused"]
    found = await world.store.audit.of_user(robin.user.id, most=9)
    refused = next(one for one in found if isinstance(one.event, DeviceRefused))
    assert not refused.succeeded
    # Both are forgotten, because the service cannot know which one is the owner's.
    assert (await again(owner, world)).path == CHALLENGE


async def test_an_answer_that_was_lost_costs_nothing(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await remembered(visitor, world)
    before = cookie(visitor, "pu_d")
    assert before
    assert (await again(visitor, world)).path == MY_APPS
    keep_cookie(visitor, "pu_d", before)
    assert (await again(visitor, world)).path == MY_APPS
    assert (await again(visitor, world)).path == MY_APPS


@pytest.mark.both_engines
async def test_two_tabs_at_once_leave_one_secret(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    one, other = new_visitor(), new_visitor()
    await remembered(one, world)
    shared = cookie(one, "pu_d")
    assert shared
    keep_cookie(other, "pu_d", shared)
    assert (await again(one, world)).path == MY_APPS
    newest = cookie(one, "pu_d")
    assert newest
    assert (await to_challenge(other)).path == MY_APPS
    assert cookie(other, "pu_d") == shared  # the first tab's answer has the new one already
    keep_cookie(other, "pu_d", newest)
    await other.send("/signout")
    world.later(minutes=5)
    assert (await to_challenge(other)).path == MY_APPS


async def test_a_newer_tick_takes_the_place_of_the_older(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await remembered(visitor, world)
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    await visitor.open("/signin")
    world.later(seconds=31)
    await remembered(visitor, world)
    assert len(await world.store.devices.of_user(robin.user.id)) == 1
