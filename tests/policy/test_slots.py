"""What a person can still register, inside and on the way in."""

import os
from datetime import UTC, datetime

import pytest

from known_methods import METHODS
from proofup.directory.users import User
from proofup.methods.catalogue import Catalogue
from proofup.methods.phone import ALTERNATE_MOBILE, MOBILE, OFFICE
from proofup.methods.phone import KIND as PHONE
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.slots import most_of_anybody, open_slots, shut_on_the_way, ways_of_anybody
from proofup.values.ids import MethodId, UserId, random_id
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROSA = UserId("rosa")
ALL = METHODS.ways
KNOWN = frozenset({"oath", "sms", "voiceMobile"})
ALIKE = tuple(  # five apps, and so on: each kind that a person may have several of
    slot.name
    for method in METHODS.registrable.values()
    if method.declaration.alike
    for slot in method.declaration.slots
)


@pytest.fixture
def methods() -> Catalogue:
    return METHODS


def rosa(*business_phones: str) -> User:
    return User(
        id=ROSA,
        user_principal_name="rosa@contoso.test",
        display_name="Rosa",
        business_phones=business_phones,
        created_at=NOON,
    )


def phone(slot: str) -> RegisteredMethod:
    return RegisteredMethod(
        id=MethodId(random_id(os.urandom)),
        user_id=ROSA,
        kind=PHONE,
        slot=slot,
        document=b"",
        created_at=NOON,
    )


def test_MX_02_MX_04_MX_05_MX_06_there_is_room_for_apps_passkeys_and_three_phones(
    methods: Catalogue,
) -> None:
    of_mail = Way("email")
    all_but_mail = ALL - {of_mail, Way("hardwareOath")}
    assert open_slots(methods, (), all_but_mail) == (*ALIKE, MOBILE, ALTERNATE_MOBILE, OFFICE)
    held = (phone(MOBILE), phone(OFFICE))
    assert open_slots(methods, held, all_but_mail) == (*ALIKE, ALTERNATE_MOBILE)
    assert open_slots(methods, (), frozenset({of_mail})) == ("email",)


def test_VOP_02_what_the_rules_forbid_has_no_room(methods: Catalogue) -> None:
    assert open_slots(methods, (), frozenset({Way("sms")})) == (MOBILE,)
    assert open_slots(methods, (), frozenset({Way("recoveryCode")})) == ()


def test_MX_05_an_alternate_phone_is_added_by_who_is_in_already(methods: Catalogue) -> None:
    shut = shut_on_the_way(methods, rosa("+44 20 7946 0000"))
    assert open_slots(methods, (), ALL, shut=shut) == (*ALIKE, MOBILE, OFFICE)


def test_MX_06_on_the_way_in_an_office_phone_has_to_be_known(methods: Catalogue) -> None:
    assert open_slots(methods, (), ALL, shut=shut_on_the_way(methods, rosa())) == (
        *ALIKE,
        MOBILE,
    )


def test_what_anybody_can_register_does_not_hang_on_their_profile(methods: Catalogue) -> None:
    assert most_of_anybody(methods, ALL) == len(ALIKE) + 1
    assert most_of_anybody(methods, frozenset({Way("voiceOffice")})) == 0


def test_the_ways_that_are_open_to_anybody_are_named(methods: Catalogue) -> None:
    found = ways_of_anybody(methods)
    assert [way for way in found if way in KNOWN] == ["oath", "sms", "voiceMobile"]
    assert not {"voiceOffice", "voiceAlternateMobile"} & {*found}
