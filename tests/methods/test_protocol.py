from datetime import UTC, datetime

from proofup.methods.protocol import Answer
from proofup.methods.registered_methods import RegisteredMethod
from proofup.methods.software_oath import KIND
from proofup.values.ids import MethodId, UserId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HELD = RegisteredMethod(
    id=MethodId("m1"),
    user_id=UserId("rosa"),
    kind=KIND,
    slot="oath.1",
    document=b'{"secret":"geheim"}',
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    revision=4,
)


def test_use_leaves_its_instant_and_perhaps_another_document() -> None:
    assert HELD.used(at=NOON).last_used_at == NOON
    assert HELD.used(at=NOON).document == HELD.document
    assert HELD.used(b"{}", at=NOON).document == b"{}"
    assert HELD.used(b"", at=NOON).document == b""


def test_OT3_the_revision_that_was_read_stays_for_the_store_to_compare() -> None:
    assert HELD.used(b"{}", at=NOON).revision == 4


def test_KE4_the_document_is_not_shown() -> None:
    assert "geheim" not in repr(HELD)


def test_KE4_what_was_typed_is_not_shown() -> None:
    assert "123456" not in repr(Answer("123456"))
