import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from proofup.values.errors import UnreadableSecretError
from proofup.values.sealing import (
    KEY_BYTES,
    KeyPurpose,
    KeyRing,
    keyed_digest,
    new_data_key,
    unwrap,
)
from proofup.values.secret import Secret

KEK = bytes(range(32))
ROW = "methods/document/7c9e6679"
PURPOSE = KeyPurpose.METHODS


def ring(*key_ids: str, kek: bytes = KEK) -> KeyRing:
    """Return a ring that has these keys, oldest first, for every purpose."""
    wrapped = [
        new_data_key(purpose, key_encryption_key=kek, key_id=key_id, entropy=os.urandom)
        for key_id in key_ids
        for purpose in KeyPurpose
    ]
    return unwrap(wrapped, key_encryption_key=kek)


KEYS = ring("k1")


@given(st.binary(max_size=200), st.text(max_size=40))
def test_KE1_what_was_sealed_for_a_row_opens_there(plain: bytes, row: str) -> None:
    sealed = KEYS.seal(PURPOSE, plain, row=row, entropy=os.urandom)
    assert KEYS.open(PURPOSE, sealed, row=row) == plain


@given(st.binary(min_size=8, max_size=60))
def test_KE1_nothing_of_the_plain_text_is_in_the_sealed_value(plain: bytes) -> None:
    sealed = KEYS.seal(PURPOSE, plain, row=ROW, entropy=os.urandom)
    assert plain not in sealed
    assert sealed.startswith(b"v1.k1.")


@given(st.text(max_size=40), st.text(max_size=40))
def test_KE1_a_value_moved_to_another_row_cannot_be_opened(row: str, other: str) -> None:
    sealed = KEYS.seal(PURPOSE, b"seed", row=row, entropy=os.urandom)
    if row != other:
        with pytest.raises(UnreadableSecretError):
            KEYS.open(PURPOSE, sealed, row=other)


@pytest.mark.parametrize("other", [purpose for purpose in KeyPurpose if purpose is not PURPOSE])
def test_KE1_a_value_cannot_be_opened_for_another_purpose(other: KeyPurpose) -> None:
    sealed = KEYS.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom)
    with pytest.raises(UnreadableSecretError):
        KEYS.open(other, sealed, row=ROW)
    one_key = KEYS.keys[PURPOSE]
    shared = KeyRing({PURPOSE: one_key, other: one_key})
    with pytest.raises(UnreadableSecretError):
        shared.open(other, sealed, row=ROW)


@given(st.data())
def test_KE1_a_value_with_a_flipped_bit_cannot_be_opened(data: st.DataObject) -> None:
    sealed = bytearray(KEYS.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(UnreadableSecretError):
        KEYS.open(PURPOSE, bytes(sealed), row=ROW)


@given(st.data())
def test_KE1_a_value_cut_short_cannot_be_opened(data: st.DataObject) -> None:
    sealed = KEYS.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom)
    with pytest.raises(UnreadableSecretError):
        KEYS.open(PURPOSE, sealed[: data.draw(st.integers(0, len(sealed) - 1))], row=ROW)


@given(st.binary(max_size=80))
def test_KE1_garbage_cannot_be_opened(garbage: bytes) -> None:
    for sealed in (garbage, b"v1.k1." + garbage, b"v2.k1." + garbage, b"v1." + garbage):
        with pytest.raises(UnreadableSecretError):
            KEYS.open(PURPOSE, sealed, row=ROW)


def test_KE1_another_key_of_the_same_id_opens_nothing() -> None:
    sealed = KEYS.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom)
    with pytest.raises(UnreadableSecretError):
        ring("k1").open(PURPOSE, sealed, row=ROW)


def test_KE1_a_value_cannot_be_said_to_be_of_another_key() -> None:
    key = KEYS.keys[PURPOSE]["k1"]
    both = KeyRing({PURPOSE: {"k1": key, "k2": key}})
    sealed = KEYS.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom)
    with pytest.raises(UnreadableSecretError):
        both.open(PURPOSE, sealed.replace(b"k1", b"k2", 1), row=ROW)


def test_KE1_the_same_value_is_sealed_differently_each_time() -> None:
    sealed = {KEYS.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom) for _ in range(20)}
    assert len(sealed) == 20


def test_KE2_the_last_key_is_in_use_and_older_ones_still_open() -> None:
    old = ring("k1")
    sealed = old.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom)
    newer = ring("k2").keys
    both = KeyRing({purpose: {**old.keys[purpose], **newer[purpose]} for purpose in KeyPurpose})
    assert both.current(PURPOSE)[0] == "k2"
    assert both.open(PURPOSE, sealed, row=ROW) == b"seed"
    assert both.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom).startswith(b"v1.k2.")


def test_KE1_a_data_key_opens_with_its_key_encryption_key_only() -> None:
    wrapped = new_data_key(PURPOSE, key_encryption_key=KEK, key_id="k1", entropy=os.urandom)
    assert len(unwrap([wrapped], key_encryption_key=KEK).current(PURPOSE)[1]) == KEY_BYTES
    for bad, kek in (
        (wrapped, bytes(32)),
        (replace(wrapped, id="k2"), KEK),
        (replace(wrapped, purpose=KeyPurpose.AUDIT), KEK),
        (replace(wrapped, wrapped=wrapped.wrapped[:-1]), KEK),
        (replace(wrapped, wrapped=wrapped.wrapped[:3]), KEK),
        (replace(wrapped, wrapped=b""), KEK),
    ):
        with pytest.raises(UnreadableSecretError):
            unwrap([bad], key_encryption_key=kek)


def test_KE1_each_purpose_has_a_key_of_its_own() -> None:
    keys = {KEYS.current(purpose)[1] for purpose in KeyPurpose}
    assert len(keys) == len(KeyPurpose)
    assert not any(key in repr(KEYS).encode() for key in keys)
    assert "Secret(…)" in repr(KEYS)


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_KE1_a_digest_stands_for_one_list_of_parts(one: list[str], other: list[str]) -> None:
    same = KEYS.digest(PURPOSE, *one) == KEYS.digest(PURPOSE, *other)
    assert same == (one == other)


def test_KE1_parts_of_a_digest_do_not_run_together() -> None:
    assert keyed_digest(KEK, "ab", "c") != keyed_digest(KEK, "a", "bc")
    assert keyed_digest(KEK, "ab") != keyed_digest(KEK, "ab", "")
    assert keyed_digest(KEK, "ab") != keyed_digest(bytes(32), "ab")


def test_WE2_half_a_surrogate_pair_has_a_digest_too() -> None:
    assert keyed_digest(KEK, "\ud800") != keyed_digest(KEK, "\ud801")


def test_digests_of_two_purposes_differ() -> None:
    digests = {KEYS.digest(purpose, "x") for purpose in KeyPurpose}
    assert len(digests) == len(KeyPurpose)


def test_a_key_that_is_not_there_is_no_key() -> None:
    with pytest.raises(UnreadableSecretError):
        KeyRing({PURPOSE: {"k2": Secret(bytes(32))}}).open(
            PURPOSE, KEYS.seal(PURPOSE, b"seed", row=ROW, entropy=os.urandom), row=ROW
        )
