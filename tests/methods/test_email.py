import os
from datetime import UTC, datetime

import pytest

from methods.responder import Responder
from proofup.methods.declaration import Role, WhenReset
from proofup.methods.email import SLOT, Email
from proofup.methods.protocol import Challenge, Purpose, Question, VerificationMethod
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.values.errors import InvalidInputError
from proofup.values.ids import ChallengeId, MethodId, UserId
from proofup.values.messages import Mail
from proofup.values.sealing import keyed_digest

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EMAIL = Email(digests=lambda *parts: [keyed_digest(b"k" * 32, *parts)])


def mailed(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    """Return the code in the mail, as its reader would."""
    del method, held, at
    assert isinstance(pending.message, Mail)
    return pending.message.facts["code"].replace(" ", "")


def another(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    code = mailed(method, held, pending, at)
    return code[:-1] + str((int(code[-1]) + 1) % 10)


RESPONDER = Responder(
    typed={"mail": "robin@example.org"},
    right=mailed,
    wrong=another,
    kept_in=lambda _method, _held: ("robin@example.org",),
    once_by_itself=False,
)


def held_by(typed: str) -> RegisteredMethod:
    return EMAIL.candidate(
        {"mail": typed},
        NewMethod(id=MethodId("m1"), user_id=UserId("rosa"), slot=SLOT, at=NOON),
        os.urandom,
    )


@pytest.mark.parametrize(
    "typed",
    [
        "robin@example.org",
        " Robin <robin@example.org> ",
        "mailto:robin@example.org",
        "robin@example.org;",
    ],
)
def test_an_address_is_stored_in_its_one_form(typed: str) -> None:
    assert EMAIL.describe(held_by(typed)).full == "robin@example.org"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("robin", "form"),
        ("a@b.org, c@d.org", "several"),
        ("r\u00f6bin@example.org", "letters"),
        ("x" * 400 + "@example.org", "form"),
    ],
)
def test_what_is_no_address_is_refused_by_name(typed: str, reason: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        held_by(typed)
    assert refused.value.reason == reason


def test_VOC_09_an_address_resets_a_password_and_is_never_a_second_proof() -> None:
    assert EMAIL.declaration.roles == {Role.RESET}
    assert not EMAIL.declaration.lasting
    assert not any(one.can_be_default for one in EMAIL.declaration.ways)
    assert not any(one.apart for one in EMAIL.declaration.slots), "it signs nobody in"


def test_DEL_05_it_stays_when_somebody_must_register_again() -> None:
    assert EMAIL.declaration.when_reset is WhenReset.KEEP


def test_two_spellings_of_one_address_are_the_same() -> None:
    one, other = (EMAIL.describe(held_by(text)) for text in ("Rob@EXAMPLE.org", "rob@example.org"))
    assert one.identity == other.identity
    assert EMAIL.describe(held_by("rob@b\u00fccher.example")).mail == "rob@xn--bcher-kva.example"
    assert EMAIL.is_typed(held_by("rob@example.org"), {"mail": " rob@example.org "})


def test_SM4_it_is_shown_masked() -> None:
    assert EMAIL.describe(held_by("robin@example.org")).masked == "r***@example.org"


@pytest.mark.parametrize(
    ("purpose", "template"),
    [(Purpose.REGISTRATION, "code-for-address"), (Purpose.PASSWORD_RESET, "code-for-reset")],
)
def test_a_mail_says_what_its_code_is_for(purpose: Purpose, template: str) -> None:
    pending = EMAIL.challenge(
        held_by("robin@b\u00fccher.example"),
        Question(
            id=ChallengeId("c1"),
            purpose=purpose,
            way=EMAIL.declaration.ways[0].word,
            language="en",
            at=NOON,
        ),
        os.urandom,
    )
    assert isinstance(pending.message, Mail)
    assert pending.message.template == template
    assert pending.message.to == "robin@xn--bcher-kva.example"
