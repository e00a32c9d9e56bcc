"""A person's authentication: every kind of method, as Graph has it."""

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import Person
from proofup.methods.registered_methods import AddMethod
from proofup.values.messages import Text
from world import World

pytestmark = pytest.mark.anyio
WRITE = "UserAuthenticationMethod.ReadWrite.All"
POLICY = "Policy.ReadWrite.AuthenticationMethod"
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
ALTERNATE = "b6332ec1-7057-4abe-9331-3d72feddfe41"
OFFICE = "e37fc753-ff3b-4958-9484-eaa9425c82bc"
PASSWORD = "28c10230-6103-485e-b985-444c60001490"
ROBIN = "/v1.0/users/robin.ashby%40contoso.test/authentication"
BETA = ROBIN.replace("v1.0", "beta")


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person()


@pytest.fixture
async def kim(world: World, calls: Calls, robin: Person) -> Caller:
    """Give a global administrator who works with a script."""
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    return calls(await world.user_token(person, WRITE, POLICY, "User.ReadWrite.All"))


async def test_a_mobile_phone_is_created_changed_and_deleted(kim: Caller, world: World) -> None:
    body = {"phoneNumber": "+1 7748933135", "phoneType": "mobile"}
    made = await kim.post(f"{ROBIN}/phoneMethods", body)
    assert (made.status, made.body["id"]) == (201, MOBILE)
    assert made.body["phoneNumber"] == "+1 7748933135"
    assert made.body["smsSignInState"] == "notAllowedByPolicy"
    assert (await kim.get(made.headers["location"])).body["id"] == MOBILE
    again = await kim.post(f"{ROBIN}/phoneMethods", body)
    assert (again.status, again.code) == (400, "badRequest")
    changed = await kim.patch(f"{ROBIN}/phoneMethods/{MOBILE}", {"phoneNumber": "+44 7700900068"})
    assert changed.status == 204
    (phone,) = (await kim.get(f"{ROBIN}/phoneMethods")).items
    assert phone["phoneNumber"] == "+44 7700900068"
    assert "+17748933135" in {one.to.e164 for one in await world.sent() if isinstance(one, Text)}
    put = {"phoneNumber": "+44 7700900069", "phoneType": "mobile"}
    assert (await kim.call("PUT", f"{ROBIN}/phoneMethods/{MOBILE.upper()}", put)).status == 204
    assert (await kim.delete(f"{ROBIN}/phoneMethods/{MOBILE}")).status == 204
    assert (await kim.delete(f"{ROBIN}/phoneMethods/{MOBILE}")).status == 404
    assert (await kim.get(f"{ROBIN}/phoneMethods")).items == []


async def test_bodies_of_the_python_client_carry_their_type(kim: Caller) -> None:
    body = {
        "@odata.type": "#microsoft.graph.phoneAuthenticationMethod",
        "phoneNumber": "+1 4255551234x123",
        "phoneType": "office",
    }
    made = await kim.post(f"{ROBIN}/phoneMethods", body)
    assert (made.status, made.body["id"]) == (201, OFFICE)
    assert made.body["phoneNumber"] == "+1 4255551234x123"
    assert made.body["smsSignInState"] == "notSupported"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"phoneNumber": "+1 7748933135"},
        {"phoneType": "mobile"},
        {"phoneNumber": "+17748933135", "phoneType": "mobile"},
        {"phoneNumber": "07748933135", "phoneType": "mobile"},
        {"phoneNumber": "+1 774-893-3135", "phoneType": "mobile"},
        {"phoneNumber": "+1 7748933135x12", "phoneType": "mobile"},
        {"phoneNumber": "+1 7748933135 ", "phoneType": "mobile"},
        {"phoneNumber": "+1 \u0667\u0667\u0664\u0668933135", "phoneType": "mobile"},
        {"phoneNumber": "+44 12", "phoneType": "mobile"},
        {"phoneNumber": "+1 7748933135", "phoneType": "fax"},
        {"phoneNumber": "+1 7748933135", "phoneType": None},
        {"phoneNumber": 17748933135, "phoneType": "mobile"},
        {"phoneNumber": "+1 7748933135", "phoneType": "alternateMobile"},
        {"phoneNumber": "+1 7748933135", "phoneType": "mobile", "smsSignInState": "ready"},
        {"phoneNumber": "+1 7748933135", "phoneType": "mobile", "id": MOBILE},
        {"phoneNumber": "+1 7748933135", "phoneType": "mobile", "isVerified": True},
        {"PhoneNumber": "+1 7748933135", "phoneType": "mobile"},
        [],
    ],
)
async def test_AD5_a_phone_that_is_not_as_it_must_be_is_refused(kim: Caller, body: object) -> None:
    refused = await kim.post(f"{ROBIN}/phoneMethods", body)
    assert refused.status == 400
    assert (await kim.get(f"{ROBIN}/phoneMethods")).items == []


async def test_phones_go_in_the_order_that_graph_keeps(kim: Caller) -> None:
    for kind, number in (("mobile", "+44 7700900067"), ("alternateMobile", "+44 7700900068")):
        body = {"phoneNumber": number, "phoneType": kind}
        assert (await kim.post(f"{ROBIN}/phoneMethods", body)).status == 201
    stays = await kim.delete(f"{ROBIN}/phoneMethods/{MOBILE}")
    assert (stays.status, stays.code) == (400, "badRequest")
    wrong = await kim.patch(f"{ROBIN}/phoneMethods/{MOBILE}", {"phoneType": "office"})
    assert wrong.status == 400
    assert (await kim.patch(f"{ROBIN}/phoneMethods/{MOBILE}", {})).status == 400
    assert (await kim.delete(f"{ROBIN}/phoneMethods/{ALTERNATE}")).status == 204
    assert (await kim.delete(f"{ROBIN}/phoneMethods/{MOBILE}")).status == 204


async def test_the_default_goes_last(kim: Caller, world: World, robin: Person) -> None:
    app = world.app(robin.user.id, "oath.1")
    for method in (world.phone(robin.user.id, "+44 7700 900067"), app):
        await world.store.commit(AddMethod(method=method))
    before = await kim.get(f"{BETA}/signInPreferences")
    preferred = "userPreferredMethodForSecondaryAuthentication"
    assert before.body[preferred] == "oath"
    stays = await kim.delete(f"{ROBIN}/softwareOathMethods/{app.id}")
    assert stays.status == 400
    assert "matches the user's current default authentication method" in stays.message
    assert (await kim.patch(f"{BETA}/signInPreferences", {preferred: "sms"})).status == 204
    assert (await kim.get(f"{BETA}/signInPreferences")).body[preferred] == "sms"
    assert (await kim.delete(f"{ROBIN}/softwareOathMethods/{app.id}")).status == 204
    assert (await kim.delete(f"{ROBIN}/phoneMethods/{MOBILE}")).status == 204
    assert (await kim.get(f"{BETA}/signInPreferences")).body[preferred] is None


async def test_a_preference_that_is_not_registered_is_refused(kim: Caller) -> None:
    preferred = "userPreferredMethodForSecondaryAuthentication"
    for body in ({preferred: "sms"}, {preferred: "nothing"}, {preferred: 1}, {"x": 1}):
        assert (await kim.patch(f"{BETA}/signInPreferences", body)).status == 400
    system = {"isSystemPreferredAuthenticationMethodEnabled": True}
    assert (await kim.patch(f"{BETA}/signInPreferences", system)).status == 400
    unchanged = {"isSystemPreferredAuthenticationMethodEnabled": False}
    assert (await kim.patch(f"{BETA}/signInPreferences", unchanged)).status == 204


async def test_all_methods_are_listed_with_their_types(
    kim: Caller, world: World, robin: Person
) -> None:
    app = world.app(robin.user.id, "oath.1")
    for method in (world.phone(robin.user.id, "+44 7700 900067"), app):
        await world.store.commit(AddMethod(method=method))
    await kim.post(f"{ROBIN}/temporaryAccessPassMethods")
    listed = await kim.get(f"{ROBIN}/methods")
    assert listed.body["@odata.context"].endswith(
        f"/v1.0/$metadata#users('{robin.user.id}')/authentication/methods"
    )
    kinds = {one["@odata.type"].removeprefix("#microsoft.graph.") for one in listed.items}
    assert kinds == {
        "passwordAuthenticationMethod",
        "phoneAuthenticationMethod",
        "softwareOathAuthenticationMethod",
        "temporaryAccessPassAuthenticationMethod",
    }
    assert (await kim.get(f"{ROBIN}/methods/$count")).text == "4"
    for one in listed.items:
        found = await kim.get(f"{ROBIN}/methods/{one['id']}")
        assert found.body["id"] == one["id"]
        assert (await kim.delete(f"{ROBIN}/methods/{one['id']}")).status == 405
    assert (await kim.get(f"{ROBIN}/methods/{robin.user.id}")).status == 404
    (told,) = (await kim.get(f"{ROBIN}/softwareOathMethods?$select=id")).items
    assert set(told) == {"@odata.type", "id"}
    whole = await kim.get(f"{ROBIN}/softwareOathMethods/{app.id}")
    assert whole.body["secretKey"] is None
    assert (await kim.get(f"{ROBIN}/softwareOathMethods/$count")).text == "1"
    assert (await kim.get(f"{ROBIN}/softwareOathMethods/{MOBILE}")).status == 404
    assert (await kim.delete(f"{ROBIN}/softwareOathMethods/{MOBILE}")).status == 404


@pytest.mark.parametrize(
    "segment",
    [
        "microsoftAuthenticatorMethods",
        "windowsHelloForBusinessMethods",
        "platformCredentialMethods",
        "externalAuthenticationMethods",
        "hardwareOathMethods",
        "passwordlessMicrosoftAuthenticatorMethods",
    ],
)
async def test_kinds_that_nobody_holds_have_an_empty_list(kim: Caller, segment: str) -> None:
    assert (await kim.get(f"{BETA}/{segment}")).items == []
    assert (await kim.get(f"{BETA}/{segment}/$count")).text == "0"
    for verb in ("GET", "DELETE"):
        missing = await kim.call(verb, f"{BETA}/{segment}/{MOBILE}")
        assert (missing.status, missing.code) == (404, "resourceNotFound")


async def test_a_pass_is_told_once_and_replaced_by_the_next(kim: Caller) -> None:
    path = f"{ROBIN}/temporaryAccessPassMethods"
    first = await kim.post(path, {})
    assert first.status == 201
    assert len(first.body["temporaryAccessPass"]) == 8
    assert (first.body["lifetimeInMinutes"], first.body["isUsable"]) == (60, True)
    second = await kim.post(
        path,
        {
            "startDateTime": "2026-11-22T00:00:00Z",
            "lifetimeInMinutes": 120,
            "isUsableOnce": True,
        },
    )
    (only,) = (await kim.get(path)).items
    assert only["id"] == second.body["id"]
    assert only["temporaryAccessPass"] is None
    assert (only["lifetimeInMinutes"], only["isUsableOnce"]) == (120, True)
    assert (only["isUsable"], only["methodUsabilityReason"]) == (False, "NotYetValid")
    for body in (
        {"lifetimeInMinutes": 9},
        {"lifetimeInMinutes": "60"},
        {"isUsableOnce": "true"},
        {"startDateTime": "yesterday"},
        {"temporaryAccessPass": "LETMEIN1"},
    ):
        assert (await kim.post(path, body)).status == 400, body
    assert (await kim.delete(f"{path}/{only['id']}")).status == 204
    assert (await kim.get(path)).items == []


async def test_how_a_pass_stands_is_told(kim: Caller, world: World) -> None:
    path = f"{ROBIN}/temporaryAccessPassMethods"
    await kim.post(path, {"lifetimeInMinutes": 60})
    (now,) = (await kim.get(path)).items
    assert now["methodUsabilityReason"] == "EnabledByPolicy"
    world.later(minutes=61)
    kim.token = await world.app_token(WRITE)
    (over,) = (await kim.get(path)).items
    assert (over["isUsable"], over["methodUsabilityReason"]) == (False, "Expired")


async def test_a_password_is_reset_and_its_operation_found(kim: Caller, world: World) -> None:
    drawn = await kim.post(f"{ROBIN}/methods/{PASSWORD}/resetPassword", {})
    assert drawn.status == 202
    assert len(drawn.body["newPassword"]) > 15
    operation = await kim.get(drawn.headers["location"])
    assert operation.body["status"] == "succeeded"
    await world.with_password("robin.ashby@contoso.test", password=drawn.body["newPassword"])
    body = {"newPassword": "a boat upon the river", "requireChangeOnNextSignIn": False}
    told = await kim.post(f"{ROBIN}/passwordMethods/{PASSWORD}/resetPassword", body)
    assert (told.status, told.body) == (202, {})
    await world.with_password("robin.ashby@contoso.test", password="a boat upon the river")
    assert (await kim.get(f"{ROBIN}/operations/{MOBILE}")).status == 404
    assert (await kim.get(f"{ROBIN}/operations")).items == []
    wrong = await kim.post(f"{ROBIN}/methods/{MOBILE}/resetPassword", {})
    assert "not supported for this URL" in wrong.message
    weak = await kim.post(f"{ROBIN}/methods/{PASSWORD}/resetPassword", {"newPassword": "12345"})
    assert weak.status == 400


async def test_a_password_is_listed_and_never_told(kim: Caller, world: World) -> None:
    (one,) = (await kim.get(f"{ROBIN}/passwordMethods")).items
    assert (one["id"], one["password"]) == (PASSWORD, None)
    assert (await kim.get(f"{ROBIN}/passwordMethods/$count")).text == "1"
    assert (await kim.get(f"{ROBIN}/passwordMethods/{PASSWORD}")).status == 200
    assert (await kim.get(f"{ROBIN}/passwordMethods/{MOBILE}")).status == 404
    await world.person("sam@contoso.test", password=None)
    without = "/v1.0/users/sam@contoso.test/authentication/passwordMethods"
    assert (await kim.get(without)).items == []
    assert (await kim.get(f"{without}/{PASSWORD}")).status == 404


async def test_the_state_of_multifactor_authentication_is_read_and_set(kim: Caller) -> None:
    assert (await kim.get(f"{BETA}/requirements")).body["perUserMfaState"] == "disabled"
    for state in ("enforced", "enabled"):
        assert (await kim.patch(f"{BETA}/requirements", {"perUserMfaState": state})).status == 204
        assert (await kim.get(f"{BETA}/requirements")).body["perUserMfaState"] == state
    for body in ({"perUserMfaState": "on"}, {}, {"perUserMfaState": None}):
        assert (await kim.patch(f"{BETA}/requirements", body)).status == 400
    assert (await kim.get(f"{ROBIN}/requirements")).status == 400, "in beta alone"


async def test_a_number_is_no_name_to_sign_in_with(
    kim: Caller, world: World, calls: Calls, robin: Person
) -> None:
    body = {"phoneNumber": "+44 7700900067", "phoneType": "mobile"}
    await kim.post(f"{ROBIN}/phoneMethods", body)
    own = calls(await world.user_token(robin, "UserAuthenticationMethod.ReadWrite"))
    mine = "/beta/me/authentication"
    for action in ("enableSmsSignIn", "disableSmsSignIn"):
        for below in (f"{ROBIN}/phoneMethods", f"{BETA}/methods"):
            refused = await kim.post(f"{below}/{MOBILE}/{action}")
            assert (refused.status, refused.code) == (400, "badRequest")
            assert (await kim.post(f"{below}/{OFFICE}/{action}")).status == 404
        for below in ("phoneMethods", "methods"):  # the rules are the reason, and not whose it is
            assert (await own.post(f"{mine}/{below}/{MOBILE}/{action}")).code == "badRequest"


@pytest.mark.parametrize(
    "spelled",
    [
        "/v1.0/users('robin.ashby@contoso.test')/authentication/phoneMethods",
        "/v1.0/Users/ROBIN.ASHBY@CONTOSO.TEST/Authentication/phonemethods/",
        "/beta/users(userPrincipalName='robin.ashby@contoso.test')/authentication/PhoneMethods",
    ],
)
async def test_an_address_is_found_in_other_spellings(kim: Caller, spelled: str) -> None:
    assert (await kim.get(spelled)).items == []


async def test_ones_own_methods_are_read_and_deleted_but_not_given(
    world: World, calls: Calls, robin: Person
) -> None:
    app = world.app(robin.user.id, "oath.1")
    for method in (world.phone(robin.user.id, "+44 7700 900067"), app):
        await world.store.commit(AddMethod(method=method))
    own = "UserAuthenticationMethod.ReadWrite"
    caller = calls(await world.user_token(robin, own))
    for path in ("/v1.0/me/authentication", ROBIN, f"/v1.0/users/{robin.user.id}/authentication"):
        (phone,) = (await caller.get(f"{path}/phoneMethods")).items
        assert phone["phoneNumber"] == "+44 7700900067"
        body = {"phoneNumber": "+44 7700900068", "phoneType": "office"}
        assert (await caller.post(f"{path}/phoneMethods", body)).status == 403
        changed = {"phoneNumber": "+44 7700900068"}
        assert (await caller.patch(f"{path}/phoneMethods/{MOBILE}", changed)).status == 403
        assert (await caller.post(f"{path}/temporaryAccessPassMethods")).status == 403
    assert (await caller.delete(f"/v1.0/me/authentication/phoneMethods/{MOBILE}")).status == 204
    assert len(await world.store.methods.of_user(robin.user.id)) == 1
    weak = calls(await world.user_token(robin, own, mfa=False))
    refused = await weak.delete(f"/v1.0/me/authentication/softwareOathMethods/{app.id}")
    assert refused.status == 403
    reader = calls(await world.user_token(robin, "UserAuthenticationMethod.Read"))
    assert len((await reader.get("/v1.0/me/authentication/softwareOathMethods")).items) == 1
    path = f"/v1.0/me/authentication/softwareOathMethods/{app.id}"
    assert (await reader.delete(path)).status == 403
    assert (await weak.get("/beta/me/authentication/signInPreferences")).status == 200


async def test_AD6_numbers_are_whole_only_for_those_who_may_see_them(
    world: World, calls: Calls, robin: Person
) -> None:
    await world.store.commit(AddMethod(method=world.phone(robin.user.id, "+44 7700 900067")))
    seen = {}
    for role, name in (
        ("62e90394-69f5-4237-9190-012177145e10", "global"),
        ("c4e39bd9-1100-46d3-8c65-fb160da0071f", "authentication"),
        ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "reader"),
    ):
        person = await administrator(world, role, f"{name}@contoso.test")
        caller = calls(await world.user_token(person, WRITE))
        (phone,) = (await caller.get(f"{ROBIN}/phoneMethods")).items
        seen[name] = phone["phoneNumber"]
    weak = calls(await world.user_token(robin, WRITE, mfa=False))
    (own,) = (await weak.get("/v1.0/me/authentication/phoneMethods")).items
    assert seen == {
        "global": "+44 7700900067",
        "authentication": "+XX XXXXXXXX67",
        "reader": None,
    }
    assert own["phoneNumber"] == "+XX XXXXXXXX67"
