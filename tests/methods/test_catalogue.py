from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from known_methods import METHODS
from proofup.methods.phone import KIND as PHONE
from proofup.methods.protocol import MethodKind, RegisteredMethod
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
    assert (call.way, call.methods) == (Way.VOICE_ALTERNATE_MOBILE, (phone,))
    assert (oath.way, oath.methods) == (Way.OATH, (first, second))


@given(st.lists(st.sampled_from([PHONE, OATH]), max_size=6))
def test_options_stand_in_one_order_and_lose_no_method(kinds: list[MethodKind]) -> None:
    methods = [held(kind, number) for number, kind in enumerate(kinds)]
    options = METHODS.options(methods, at=NOON)
    order = list(Way)
    assert [order.index(option.way) for option in options] == sorted(
        {order.index(option.way) for option in options}
    )
    offered = [method.id for option in options for method in option.methods]
    assert sorted(offered) == sorted(method.id for method in methods)
