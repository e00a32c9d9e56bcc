import os
from datetime import UTC, datetime

from methods.responder import TERMS, Responder, drawn, stretched
from proofup.methods.abilities import Draft
from proofup.methods.letters import LETTERS, typed_letters
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Because,
    Challenge,
    Purpose,
    Question,
    Rejected,
    VerificationMethod,
)
from proofup.methods.recovery_codes import (
    CODES,
    SLOT,
    WAY,
    RecoveryCodes,
    new_codes,
)
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.values.ids import ChallengeId, MethodId, UserId

NOON = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
ROSA = UserId("8d0e6a0c-51f5-4b0d-8d4c-0d7a8e3cb0aa")
METHOD = RecoveryCodes()


def drafted(user_id: UserId = ROSA) -> Draft:
    return METHOD.draft(
        {},
        NewMethod(id=MethodId("m1"), user_id=user_id, slot=SLOT, at=NOON),
        rules={},
        terms=TERMS,
        entropy=drawn(user_id),
    )


def made(user_id: UserId = ROSA) -> tuple[RegisteredMethod, list[str]]:
    """Return a set, and its codes as they were shown."""
    draft = drafted(user_id)
    held = METHOD.finished(draft, [stretched(one) for one in draft.stretch])
    return held, [code.reveal() for code in draft.shown]


def answer(held: RegisteredMethod, typed: str) -> Answer:
    wanted = METHOD.to_stretch(held, typed)
    return Answer(typed, stretched(wanted) if wanted else None)


def asked(held: RegisteredMethod) -> Challenge:
    return METHOD.challenge(
        held,
        Question(id=ChallengeId("c1"), purpose=Purpose.SIGN_IN, way=WAY, language="en", at=NOON),
        os.urandom,
    )


def first_code(_: VerificationMethod, held: RegisteredMethod, __: Challenge, ___: datetime) -> str:
    return made(held.user_id)[1][0]


RESPONDER = Responder(
    typed={},
    right=first_code,
    wrong=lambda *_: "0000-0000-0000-0000",
    kept_in=lambda _, held: tuple(code.replace("-", "") for code in made(held.user_id)[1]),
    once_by_itself=True,
)


def test_RC3_each_code_works_once_in_any_order() -> None:
    held, codes = made()
    for left, code in enumerate(reversed(codes)):
        assert METHOD.describe(held).left == CODES - left
        verdict = METHOD.verify(held, asked(held), answer(held, code), at=NOON)
        assert isinstance(verdict, Accepted)
        held = verdict.method
        again = METHOD.verify(held, asked(held), answer(held, code), at=NOON)
        assert again == Rejected(Because.ALREADY_USED)
    assert METHOD.describe(held).left == 0
    assert not METHOD.available(held, at=NOON)


def test_RC3_codes_of_another_set_are_wrong() -> None:
    held, _ = made()
    _, others = made(UserId("somebody else"))
    for code in others:
        verdict = METHOD.verify(held, asked(held), answer(held, code), at=NOON)
        assert verdict == Rejected(Because.WRONG)


def test_what_is_no_code_is_not_stretched() -> None:
    held, _ = made()
    assert METHOD.to_stretch(held, "no code") is None
    verdict = METHOD.verify(held, asked(held), Answer("no code"), at=NOON)
    assert verdict == Rejected(Because.WRONG)


def test_KE2_a_set_names_the_pepper_that_is_in_it() -> None:
    held, _ = made()
    assert held.pepper_id == TERMS.pepper_id


def test_RC3_all_codes_are_stretched_under_one_salt() -> None:
    draft = drafted()
    assert len({one.salt for one in draft.stretch}) == 1
    assert {one.terms for one in draft.stretch} == {TERMS}
    shown = [typed_letters(code.reveal(), count=16) for code in draft.shown]
    assert shown == [one.text for one in draft.stretch]


def test_D19_no_code_of_a_set_that_was_put_back_is_good() -> None:
    held, codes = made()
    back = METHOD.put_back(held, at=NOON)
    assert METHOD.describe(back).left == 0
    for code in codes:
        verdict = METHOD.verify(back, asked(back), answer(back, code), at=NOON)
        assert verdict == Rejected(Because.WRONG)


def test_RC3_there_are_ten_codes_of_80_bit_and_no_two_alike() -> None:
    codes = [code.reveal() for code in new_codes(os.urandom)]
    assert len(set(codes)) == CODES == 10
    for code in codes:
        assert len(code) == 16
        assert set(code) <= set(LETTERS)
    assert len(LETTERS) ** 16 == 2**80
