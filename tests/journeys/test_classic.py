"""Additional security verification: the same methods in the view that people know."""

import re

import pytest

from journeys.steps import (
    PHONE,
    by_app,
    by_text,
    everything,
    is_signed_in,
    mails,
    to_challenge,
    token_for,
)
from proofup.methods.phone import number_of
from proofup.methods.registered_methods import AddMethod
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
CLASSIC = "/security-info/classic"
NEW = "07700 900142"


async def opened(visitor: Visitor, world: World, *, apps: int = 0) -> Page:
    await world.person(phone=PHONE, apps=apps, default=Way("sms"))
    await by_text(visitor, world)
    return await visitor.open(CLASSIC)


@pytest.mark.parametrize("address", ["/mfasetup", "/MFASetup", "/Proofup.aspx", "/proofup.aspx"])
async def test_ENT_04_old_addresses_lead_to_the_page(
    world: World, visitor: Visitor, address: str
) -> None:
    await world.person(phone=PHONE)
    page = await by_text(visitor, world, start=address)
    assert page.path == CLASSIC
    assert "Additional security verification" in page.text


async def test_ENT_05_after_signing_in_one_is_where_one_wanted_to_be(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    for address in (CLASSIC, "/myapps", "/profile", "/account"):
        page = await visitor.open(address)
        assert page.path.startswith("/signin?return=")
    page = await by_text(visitor, world, start="/myapps")
    assert page.path == "/myapps"


async def test_ENT_01_my_apps_leads_to_the_page_by_the_profile(
    world: World, visitor: Visitor
) -> None:
    await opened(visitor, world)
    apps = await visitor.open("/myapps")
    assert 'href="/profile"' in apps.html
    assert 'href="/security-info/classic"' in apps.html
    assert "Nothing assigned yet" in apps.text
    profile = await visitor.open("/profile")
    assert "Additional security verification" in profile.text
    assert f'href="{CLASSIC}"' in profile.html


async def test_ENT_02_the_account_settings_lead_to_the_phone_numbers(
    world: World, visitor: Visitor
) -> None:
    await opened(visitor, world)
    page = await visitor.open("/account")
    assert "Update my phone numbers used for account security" in page.text
    assert f'href="{CLASSIC}"' in page.html


async def test_ENT_03_ones_own_name_leads_to_the_page(world: World, visitor: Visitor) -> None:
    page = await opened(visitor, world)
    menu = page.html[page.html.index('<details class="menu">') : page.html.index("</details>")]
    assert "Account menu, Robin Ashby" in menu
    assert f'href="{CLASSIC}"' in menu


async def test_VOC_01_the_profile_shows_no_private_number(world: World, visitor: Visitor) -> None:
    await opened(visitor, world)
    page = await visitor.open("/profile")
    for spelling in ("7700 900067", "7700900067", "XX67"):
        assert spelling not in page.html


async def test_numbers_of_the_directory_are_shown_in_groups(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, business_phones=("+442079460123", "desk 4"))
    await by_text(visitor, world)
    page = await visitor.open("/profile")
    assert "+44 20 7946 0123, desk 4" in page.text


async def test_ENT_06_and_07_single_sign_on_asks_no_password_and_shows_nothing_unproven(
    world: World, visitor: Visitor
) -> None:
    await world.person()
    await to_challenge(visitor)  # there is no method yet: the password opened a session
    robin = await world.store.people.by_name("robin.ashby@contoso.test")
    assert robin
    await world.store.commit(AddMethod(method=world.phone(robin.user.id, PHONE)))
    page = await visitor.open(CLASSIC)
    assert page.path.startswith("/security-info/verify")
    assert "password" not in {name for form in page.forms for name in form.names}


async def test_ENT_09_without_a_demand_the_page_is_there_and_says_so(
    world: World, visitor: Visitor
) -> None:
    page = await opened(visitor, world)
    assert "Your organisation doesn't demand a second proof of you" in page.text
    await world.store.commit(SetPolicy(policy=Policy(demand=Demand.EVERYONE)))
    assert "doesn't demand" not in (await visitor.open(CLASSIC)).text


async def test_PG_02_every_option_is_listed_and_what_is_off_cannot_be_picked(
    world: World, visitor: Visitor
) -> None:
    page = await opened(visitor, world)
    for words in (
        "Call my authentication phone (switched off)",
        "Text code to my authentication phone",
        "Call my office phone (switched off)",
        "Notify me through app",
        "Use verification code from app or token",
    ):
        assert words in page.text
    assert page.form(CLASSIC).fields["option"] == "sms"


async def test_PG_06_the_foot_says_what_numbers_are_for(world: World, visitor: Visitor) -> None:
    page = await opened(visitor, world)
    assert "Your numbers are used for account security only." in page.text
    assert "charges for calls and texts may apply" in page.text


@pytest.mark.both_engines
async def test_VER_01_VER_02_RSP_01_a_new_number_is_asked_before_it_is_saved(
    world: World, visitor: Visitor
) -> None:
    await opened(visitor, world)
    world.later(seconds=31)
    page = await visitor.send(CLASSIC, phone_number=NEW, phone_country="GB")
    assert page.path.startswith("/security-info/changes/")
    robin = await world.store.people.by_name("robin.ashby@contoso.test")
    assert robin
    (held,) = await world.store.methods.of_user(robin.user.id)
    assert str(number_of(held)) == "+44 7700900067"
    page = await visitor.send(page.path, code=await world.texted_code())
    assert page.path.startswith("/security-info?done=phone-changed")
    (held,) = await world.store.methods.of_user(robin.user.id)
    assert str(number_of(held)) == "+44 7700900142"


async def test_PG_04_nothing_changed_is_said_and_cancel_goes_back(
    world: World, visitor: Visitor
) -> None:
    await opened(visitor, world)
    before = await everything(world)
    page = await visitor.send(CLASSIC)
    assert "Nothing was changed" in page.text
    assert f'<a class="button" href="{CLASSIC}">Cancel</a>' in page.html
    assert (await everything(world))["authentication_methods"] == before["authentication_methods"]


async def test_PG_07_a_contact_that_the_default_needs_cannot_be_unticked(
    world: World, visitor: Visitor
) -> None:
    await opened(visitor, world, apps=1)
    page = await visitor.send(CLASSIC, without=("phone",))
    assert page.status == 400
    assert "Your preferred option needs this" in page.text


async def test_PG_03_one_contact_stays(world: World, visitor: Visitor) -> None:
    await opened(visitor, world)
    page = await visitor.send(CLASSIC, without=("phone", "app"))
    assert page.status == 400
    assert "Keep at least one way to respond ticked." in page.text


async def test_another_default_and_the_phone_goes_in_one_save(
    world: World, visitor: Visitor
) -> None:
    await opened(visitor, world, apps=1)
    page = await visitor.send(CLASSIC, without=("phone",), option="oath")
    assert "Saved" in page.text
    robin = await world.store.people.by_name("robin.ashby@contoso.test")
    assert robin
    assert robin.account.default_way == Way("oath")
    (held,) = await world.store.methods.of_user(robin.user.id)
    assert held.kind == "softwareOath"
    assert {mail.template for mail in await mails(world)} == {"method-removed"}
    assert is_signed_in(await visitor.open("/security-info"))


async def test_unticked_apps_go_all_together(world: World, visitor: Visitor) -> None:
    await opened(visitor, world, apps=3)
    page = await visitor.send(CLASSIC, without=("app",))
    assert "Saved" in page.text
    robin = await world.store.people.by_name("robin.ashby@contoso.test")
    assert robin
    assert [one.kind for one in await world.store.methods.of_user(robin.user.id)] == ["phone"]


async def test_PG_08_a_save_that_is_stale_changes_nothing(world: World, visitor: Visitor) -> None:
    await opened(visitor, world, apps=1)
    form = visitor.page.form(CLASSIC)
    robin = await world.store.people.by_name("robin.ashby@contoso.test")
    assert robin
    await world.store.commit(AddMethod(method=world.app(robin.user.id, "oath.4")))
    page = await visitor.post(CLASSIC, {**form.fields, "option": "oath"})
    assert page.status == 409
    assert "This was changed elsewhere" in page.text
    robin = await world.store.people.by_name("robin.ashby@contoso.test")
    assert robin
    assert robin.account.default_way == Way("sms")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("", "Type the number, or untick this line."),
        ("12", "A digit is missing"),
        ("020 7946 0123", "This is a landline"),
        ("09098790879", "numbers that cost extra"),
        ("07700 900142 x5", "An extension has digits alone"),
    ],
)
async def test_NUM_03_a_number_that_cannot_be_is_told_beside_it_and_kept(
    world: World, visitor: Visitor, number: str, words: str
) -> None:
    await opened(visitor, world)
    page = await visitor.send(CLASSIC, phone_number=number, phone_country="GB")
    assert page.status == 400
    assert words in page.text
    assert page.form(CLASSIC).fields["phone_number"] == number


async def test_OPT_08_an_option_without_its_contact_asks_for_it(
    world: World, visitor: Visitor
) -> None:
    await opened(visitor, world)
    page = await visitor.send(CLASSIC, option="oath")
    assert page.path == "/security-info/add"
    await visitor.open(CLASSIC)
    page = await visitor.send(CLASSIC, option="voiceOffice")
    assert page.status == 400
    assert "Nothing was saved" in page.text


async def test_OPT_07_an_option_that_is_switched_off_is_refused(
    world: World, visitor: Visitor
) -> None:
    await opened(visitor, world)
    page = await visitor.send(CLASSIC, option="voiceMobile")
    assert page.status == 400
    assert "can't answer by your preferred option now" in page.text


async def test_FRS_05_without_a_fresh_proof_numbers_are_hidden_and_nothing_can_be_saved(
    world: World, visitor: Visitor
) -> None:
    page = await opened(visitor, world, apps=1)
    version = page.form(CLASSIC).fields["version"]
    world.later(minutes=11)
    page = await visitor.open(CLASSIC)
    assert "Show that it's you to change something" in page.text
    assert "7700 900067" not in page.html
    token = token_for(visitor, CLASSIC)
    page = await visitor.post(
        CLASSIC,
        {
            "form_token": token,
            "version": version,
            "option": "oath",
            "phone": "on",
            "app": "on",
            "phone_number": "7700900067",
            "phone_country": "GB",
        },
    )
    assert page.path.startswith("/security-info/verify")


async def test_somebody_with_an_app_alone_begins_with_it(world: World, visitor: Visitor) -> None:
    robin = await world.person(apps=1)
    await by_app(visitor, world, robin)
    page = await visitor.open(CLASSIC)
    assert page.form(CLASSIC).fields["option"] == "oath"
    assert "phone" not in page.form(CLASSIC).fields


@pytest.mark.parametrize(
    ("typed", "field", "line"),
    [
        ({"phone_number": "1"}, "phone-number", "Authentication phone"),
        (
            {"office": "on", "office_country": "GB", "office_extension": "x" * 9},
            "office-extension",
            "Office phone",
        ),
        (
            {"alternate": "on", "alternate_country": "GB", "alternate_number": PHONE},
            "alternate-number",
            "Alternate authentication phone",
        ),
    ],
)
async def test_an_error_has_the_focus_on_its_field_and_names_it(
    world: World, visitor: Visitor, typed: dict[str, str], field: str, line: str
) -> None:
    page = await opened(visitor, world)
    fields = {**page.form(CLASSIC).fields, "office_number": "20 7946 0018", **typed}
    page = await visitor.post(CLASSIC, fields)
    assert page.status == 400, page.text
    assert re.findall(r'<(?:input|select)[^>]* id="([^"]+)"[^>]* autofocus', page.html) == [field]
    assert f"This needs another look: {line} ." in page.text


async def test_what_is_said_of_a_demand_fits_the_person(world: World, visitor: Visitor) -> None:
    await world.person()
    await to_challenge(visitor)
    page = await visitor.open(CLASSIC)
    assert "You sign in with your password alone." in page.text
    assert "You may set one up all the same." in page.text
    await visitor.send("/signout")
    await world.person("kim.larsen@contoso.test", phone=PHONE)
    await by_text(visitor, world, name="kim.larsen@contoso.test")
    page = await visitor.open(CLASSIC)
    assert "You have set one up, so we ask for it when you sign in." in page.text
    assert "You may set one up" not in page.text
