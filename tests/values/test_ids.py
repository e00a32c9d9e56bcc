import base64
import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proofup.values.ids import TOKEN_BYTES, ordered_id, ordered_ids, random_id, random_token

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSTANTS = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


@given(st.binary(min_size=16, max_size=16))
def test_a_random_id_is_a_version_4_guid_in_text(drawn: bytes) -> None:
    made = uuid.UUID(random_id(lambda _: drawn))
    assert (made.version, made.variant) == (4, uuid.RFC_4122)


@given(st.binary(min_size=10, max_size=10), INSTANTS)
def test_an_ordered_id_is_a_version_7_guid_that_holds_its_millisecond(
    drawn: bytes, at: datetime
) -> None:
    made = uuid.UUID(ordered_id(lambda _: drawn, at))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_the_example_of_rfc_9562_appendix_a_6() -> None:
    at = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    drawn = bytes.fromhex("0CC318C4DC0C0C07398F")
    assert ordered_id(lambda _: drawn, at) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10), INSTANTS)
def test_ordered_ids_sort_as_their_milliseconds(one: bytes, other: bytes, at: datetime) -> None:
    later = at - timedelta(milliseconds=1) if at.year > 9000 else at + timedelta(milliseconds=1)
    first, second = ordered_id(lambda _: one, at), ordered_id(lambda _: other, later)
    assert (first < second) == (at < later)


@given(st.binary(min_size=10, max_size=10), INSTANTS)
def test_ids_made_together_are_of_version_7_and_each_sorts_behind_the_one_before(
    drawn: bytes, at: datetime
) -> None:
    new_id = ordered_ids(lambda count: (drawn * count)[:count], at)
    made = [new_id() for _ in range(3)]
    assert made == sorted(set(made))
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in made} == {
        (7, uuid.RFC_4122)
    }
    assert {one[:13] for one in made} == {ordered_id(lambda _: drawn, at)[:13]}


def test_ids_ask_for_as_many_bytes_as_they_take() -> None:
    asked: list[int] = []

    def entropy(count: int) -> bytes:
        asked.append(count)
        return bytes(count)

    random_id(entropy)
    ordered_id(entropy, NOON)
    random_token(entropy)
    assert asked == [16, 10, TOKEN_BYTES]


@given(st.binary(min_size=TOKEN_BYTES, max_size=TOKEN_BYTES))
def test_a_token_keeps_all_256_bits_in_letters_fit_for_a_url(drawn: bytes) -> None:
    token = random_token(lambda _: drawn)
    assert base64.urlsafe_b64decode(token + "=") == drawn
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(token) == 43
