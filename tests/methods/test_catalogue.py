from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from known_methods import METHODS
from planted import KIND as PASS_KIND
from planted import TERMS, WITH_PASS, issued
from planted import WAY as PASS_WAY
from proofup.methods.declaration import Carrier, Role
from proofup.methods.phone import KIND as PHONE
from proofup.methods.recovery_codes import KIND as CODES
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.methods.software_oath import KIND as OATH
from proofup.values.ids import MethodId, UserId
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def held(kind: MethodKind, number: int = 1) -> RegisteredMethod:
    return RegisteredMethod(
        id=MethodId(f"{kind} {number}"),
        user_id=UserId("rosa"),
        kind=kind,
        slot="phone.alternateMobile" if kind == PHONE else f"oath.{number}",
        document=b'{"number":"+44 7700900067"}',
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_each_method_is_found_by_its_kind_and_reads_what_is_held() -> None:
    for method in METHODS:
        assert METHODS.by_kind[method.kind] is method
        assert METHODS.of(held(method.kind)) is method


def test_whoever_has_nothing_has_no_option() -> None:
    assert METHODS.options([], at=NOON) == ()


def test_SYS_06_and_07_all_apps_are_one_option_and_come_before_the_phone() -> None:
    first, phone, second = held(OATH, 1), held(PHONE), held(OATH, 2)
    oath, call = METHODS.options([first, phone, second], at=NOON)
    assert (call.way, call.methods) == (Way("voiceAlternateMobile"), (phone,))
    assert (oath.way, oath.methods) == (Way("oath"), (first, second))


@given(st.lists(st.sampled_from([PHONE, OATH]), max_size=6))
def test_options_stand_in_one_order_and_lose_no_method(kinds: list[MethodKind]) -> None:
    methods = [held(kind, number) for number, kind in enumerate(kinds)]
    options = METHODS.options(methods, at=NOON)
    order = list(METHODS.traits)
    assert [order.index(option.way) for option in options] == sorted(
        {order.index(option.way) for option in options}
    )
    offered = [method.id for option in options for method in option.methods]
    assert sorted(offered) == sorted(method.id for method in methods)


GRAPH = {
    # userDefaultAuthenticationMethodType of Graph
    "push",
    "oath",
    "voiceMobile",
    "voiceAlternateMobile",
    "voiceOffice",
    "sms",
    "none",
    "unknownFutureValue",
}


def test_ways_that_can_be_the_default_have_the_words_of_graph() -> None:
    defaults = {way for way, traits in METHODS.traits.items() if traits.can_be_default}
    assert defaults <= GRAPH


def test_ACT_07_what_is_only_another_option_cannot_be_the_default() -> None:
    assert not METHODS.traits[Way("voiceAlternateMobile")].can_be_default


def test_options_stand_from_the_strongest_to_what_is_only_another_option() -> None:
    asked = [traits.word for traits in METHODS.in_role(Role.SECOND)]
    phones = ["sms", "voiceMobile", "voiceOffice", "voiceAlternateMobile"]
    known = ["push", "appCode", "oath", *phones]
    assert [way for way in asked if way in known] == known


def test_ways_are_served_where_their_carrier_is_set_up() -> None:
    assert {"oath", "recoveryCode"} <= METHODS.served([])
    assert METHODS.served([Carrier.TEXTS]) - METHODS.served([]) == {"sms"}
    assert METHODS.served(list(Carrier)) == METHODS.ways


def test_what_is_not_available_any_more_is_no_option() -> None:
    at, phone = NOON, held(PHONE)
    new = issued(at=at)
    first, second = WITH_PASS.options([phone, new], at=at)
    assert (first.way, first.lasting, second.lasting) == (PASS_WAY, False, True)
    assert WITH_PASS.options([phone, new], at=at + timedelta(hours=1)) == (second,)
    assert WITH_PASS.options([new], at=at + timedelta(hours=1)) == ()


def test_a_role_has_the_options_of_the_methods_that_play_it() -> None:
    methods = [held(PHONE), issued(at=NOON)]
    (first,) = WITH_PASS.options(methods, role=Role.FIRST, at=NOON)
    assert first.way == PASS_WAY
    resets = WITH_PASS.options(methods, role=Role.RESET, at=NOON)
    assert PASS_WAY not in {one.way for one in resets}
    assert {held(PHONE)} == {one.methods[0] for one in resets}


def test_what_is_stored_stretched_says_what_to_stretch() -> None:
    new = issued(at=NOON)
    wanted = WITH_PASS.to_stretch(new, "636f6465")
    assert wanted is not None
    assert (wanted.text.reveal(), wanted.terms) == ("636f6465", TERMS)
    assert WITH_PASS.to_stretch(new, "short") is None
    assert WITH_PASS.to_stretch(held(PHONE), "123456") is None


def test_methods_that_people_bring_are_apart_from_those_that_are_issued() -> None:
    assert {PHONE, OATH} <= WITH_PASS.registrable.keys()
    assert {PASS_KIND, CODES} <= WITH_PASS.issued.keys()
    assert not WITH_PASS.registrable.keys() & WITH_PASS.issued.keys()


def test_a_browser_is_remembered_only_by_a_way_that_allows_it() -> None:
    assert WITH_PASS.may_remember(Way("sms"))
    assert not WITH_PASS.may_remember(PASS_WAY)
    assert not METHODS.may_remember(Way("of a method that is gone"))
    assert not METHODS.may_remember(None)
