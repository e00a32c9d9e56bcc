# ruff: noqa: RUF001 - letters of many scripts are meant
"""What is told of a new person, field by field; the whole import is in tests/cli."""

from datetime import UTC, datetime

import pytest

from known_methods import METHODS
from proofup.administration.add_people import add_people, hashed
from proofup.administration.newcomer import Newcomer, NewcomerRules
from proofup.audit.entry import Entry
from proofup.audit.events.accounts import UserAdded
from proofup.audit.events.event import Event
from proofup.directory.passwords import PasswordCredential, UnacceptablePasswordError
from proofup.directory.users import MfaState, UserType
from proofup.policy.actor import host
from proofup.values.errors import InvalidFieldError
from proofup.values.ids import CorrelationId, UserId
from proofup.values.secret import Secret
from world import World

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOLD = {"userPrincipalName": "robin@contoso.test", "displayName": "Robin"}
PHONE = {"authenticationPhone": "+44 7700 900067"}


def adopted(user_id: UserId, text: str, at: datetime) -> PasswordCredential:
    return PasswordCredential(user_id=user_id, verifier=text, pepper_id="p", changed_at=at)


RULES = NewcomerRules(
    organisation="Contoso",
    region="GB",
    catalogue=METHODS,
    common=frozenset({"correct horse battery staple"}),
    adopt=adopted,
    at=NOON,
)


def judged(**told: str) -> Newcomer:
    ids = iter(range(99))
    return RULES.judge(TOLD | told, lambda: f"id-{next(ids)}")


def added(one: Newcomer) -> Event:
    """Return what the log will say of somebody."""
    actor = host("x", CorrelationId("c"))
    *_, entry = add_people(actor, [one], at=NOON).changes
    assert isinstance(entry, Entry)
    return entry.event


def test_everything_that_is_told_is_taken() -> None:
    one = judged(
        displayName=" Zoë Møller ",
        givenName="Zoë",
        businessPhones="+44 20 7946 0000; +44 20 7946 0001;",
        userType="Guest",
        accountEnabled="FALSE",
        preferredLanguage="da-DK",
        usageLocation="DK",
        authenticationPhone="32 12 34 56",
        totpSecret="gezd-gnbv gy3t qojq",
        defaultMethod="oath",
        perUserMfaState="enforced",
        passwordHash="{SSHA}x",
    )
    user = one.user
    assert (user.id, user.display_name, user.given_name) == ("id-0", "Zoë Møller", "Zoë")
    assert user.business_phones == ("+44 20 7946 0000", "+44 20 7946 0001")
    assert (user.user_type, user.preferred_language) == (UserType.GUEST, "da-DK")
    assert (user.usage_location, user.surname, user.created_at) == ("DK", None, NOON)
    assert (one.account.enabled, one.account.mfa_state) == (False, MfaState.ENFORCED)
    assert one.account.default_way == "oath"
    assert [method.slot for method in one.methods] == ["oath.1", "phone.mobile"]
    assert b"+45 32123456" in one.methods[1].document
    assert one.password is None
    assert one.credential == adopted(user.id, "{SSHA}x", NOON)
    assert added(one) == UserAdded(command="x", methods="phone, softwareOath")


def test_little_is_enough() -> None:
    one = judged()
    assert (one.account.enabled, one.account.mfa_state) == (True, MfaState.DISABLED)
    assert (one.methods, one.password, one.credential) == ([], None, None)
    assert added(one) == UserAdded(command="x")


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("userPrincipalName", "", "is no user name (empty)"),
        ("displayName", " ", "is missing"),
        ("displayName", "x" * 257, "longer than 256"),
        ("givenName", "x" * 65, "longer than 64"),
        ("mail", "nobody", "no mail address"),
        ("mail", "a@contoso.test; b@contoso.test", "holds more than one address"),
        ("mail", "зоя@contoso.test", "not every mail server"),
        ("mail", "x" * 330 + "@contoso.test", "longer than 320"),
        ("businessPhones", "1;2;3;4;5;6", "more than 5"),
        ("userType", "Alien", "'Alien' is neither Member nor Guest."),
        ("accountEnabled", "maybe", "neither true nor false"),
        ("preferredLanguage", "english", "written like en-GB"),
        ("usageLocation", "England", "no ISO 3166 code"),
        ("usageLocation", "UK", "Did you mean GB?"),
        ("surname", "line\nbreak", "control characters"),
        ("displayName", "line\u2028break", "control characters"),
        ("surname", "bell\x07", "control characters"),
        ("surname", "S\udcf8ren", "not in UTF-8"),
        ("authenticationPhone", "+44 20 7946 0000 ext 5", "can be texted (extension)"),
        ("authenticationPhone", "+44 20 7946 0000", "can be texted (landline)"),
        ("alternateAuthenticationPhone", "+44 20 7946 0000 x5", "can be called (extension)"),
        ("officePhone", "+44 20", "can be called (too short)"),
        ("authenticationPhone", "1701234567.0", "a spreadsheet has changed it; format the"),
        ("authenticationPhone", "+39 (0)312 345 6789", "it is another number than without it"),
        ("authenticationPhone", "+999 12345678", "no known country; begin with +"),
        ("totpSecret", "not base32!", "Base32"),
        ("totpSecret", "\u00e9", "Base32"),
        ("totpSecret", "GEZDGNBV", "has 40 bits; 80 to 512 are taken."),
        ("defaultMethod", "sms", "needs a phone or an app"),
        ("perUserMfaState", "on", "'on' is none of disabled, enabled, enforced."),
    ],
)
def test_WE2_a_bad_field_is_named_with_what_is_wrong(field: str, text: str, problem: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        judged(**{field: text})
    assert refused.value.field == field
    assert problem in refused.value.problem


def test_spaces_and_marks_of_any_script_are_no_control_characters() -> None:
    user = judged(
        userPrincipalName="\u202aRosa@contoso.test\u202c\t",
        displayName="山田\u3000太郎",
        givenName="علی\u200cرضا",
        surname="van\u00a0der\u202fBerg\t",
    ).user
    assert user.user_principal_name == "Rosa@contoso.test"
    assert user.display_name == "山田 太郎"
    assert (user.given_name, user.surname) == ("علی\u200cرضا", "van der Berg")


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("Zoë <zoe@contoso.test>", "zoe@contoso.test"),
        ("mailto:zoe@contoso.test;", "zoe@contoso.test"),
        ("zoe@bücher.example\u200b", "zoe@bücher.example"),
    ],
)
def test_a_mail_cell_is_stored_as_one_address(cell: str, stored: str) -> None:
    assert judged(mail=cell).user.mail == stored


def test_an_invisible_mark_inside_a_user_name_is_refused() -> None:
    with pytest.raises(InvalidFieldError, match="control characters"):
        judged(userPrincipalName="ro\u200bsa@contoso.test")


def test_a_default_is_one_of_what_the_person_brings() -> None:
    assert judged(**PHONE, defaultMethod="sms").account.default_way == "sms"
    with pytest.raises(InvalidFieldError, match="can be sms, voiceMobile here"):
        judged(**PHONE, defaultMethod="oath")


def test_a_number_belongs_where_its_owner_is_or_else_where_the_import_says() -> None:
    (phone,) = judged(authenticationPhone="07700 900067").methods
    assert b"+44 7700900067" in phone.document


def test_a_password_follows_the_rules_and_stands_alone() -> None:
    assert judged(password="walk to the sea", **PHONE).password == Secret("walk to the sea")
    for password in ("too short", "Correct horse battery staple"):
        with pytest.raises(UnacceptablePasswordError):
            judged(password=password, **PHONE)
    with pytest.raises(UnacceptablePasswordError):
        judged(password="walk the sea")
    with pytest.raises(InvalidFieldError, match="beside a password"):
        judged(password="a long walk by the sea", passwordHash="{SSHA}x")


async def test_a_password_that_came_along_is_hashed(world: World) -> None:
    one = await hashed(judged(password="a long walk by the sea"), world.hashing)
    assert await world.hashing.verify(Secret("a long walk by the sea"), one.credential)
    assert (await hashed(judged(), world.hashing)).credential is None


def test_the_fields_are_those_of_the_person_and_of_their_methods() -> None:
    assert {"displayName", "password", "totpSecret", "officePhone"} < set(RULES.fields)
