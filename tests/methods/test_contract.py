"""The contract of every method in the catalogue; a new kind is included automatically."""

import importlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from known_methods import SERVICE
from methods.responder import TERMS, Responder, drawn, stretched
from proofup.methods.abilities import IssuedMethod, RegistrableMethod, StretchingMethod
from proofup.methods.catalogue import catalogue, catalogue_of
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
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.values.errors import ProofupError
from proofup.values.ids import ChallengeId, MethodId, UserId
from proofup.values.sealing import keyed_digest
from proofup.values.ways import Way

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "methods"
NOON = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
JUST_BEFORE = timedelta(microseconds=1)
ROSA = UserId("8d0e6a0c-51f5-4b0d-8d4c-0d7a8e3cb0aa")
METHODS = list(
    catalogue(replace(SERVICE, digests=lambda *parts: [keyed_digest(b"k" * 32, *parts)]))
)
every_method = pytest.mark.parametrize(
    "method", METHODS, ids=[str(found.kind) for found in METHODS]
)

TYPED = [
    found
    for found in METHODS
    if all(way.typed and not way.by_browser for way in found.declaration.ways[:1])
]
every_typed = pytest.mark.parametrize("method", TYPED, ids=[str(found.kind) for found in TYPED])

REGISTRABLE = [found for found in METHODS if isinstance(found, RegistrableMethod)]
every_registrable = pytest.mark.parametrize(
    "method", REGISTRABLE, ids=[str(found.kind) for found in REGISTRABLE]
)


def _beside(method: VerificationMethod) -> Responder:
    name = type(method).__module__.rpartition(".")[2]
    found = importlib.import_module(f"methods.test_{name}").RESPONDER
    assert isinstance(found, Responder)
    return found


# Found before any test runs: what has properties of its own cannot be imported within one.
RESPONDERS = {method.kind: _beside(method) for method in METHODS}


def responder_of(method: VerificationMethod) -> Responder:
    """Return the responder from the test module of the method."""
    return RESPONDERS[method.kind]


def first_slot(method: VerificationMethod) -> str:
    return method.declaration.slots[0].name


def held_by(
    method: VerificationMethod, *, user_id: UserId = ROSA, slot: str | None = None
) -> RegisteredMethod:
    if isinstance(method, IssuedMethod):
        draft = method.draft(
            responder_of(method).typed,
            NewMethod(
                id=MethodId(f"method of {user_id}"),
                user_id=user_id,
                slot=slot or first_slot(method),
                at=NOON,
            ),
            rules={},
            terms=TERMS,
            entropy=drawn(user_id),
        )
        return method.finished(draft, [stretched(one) for one in draft.stretch])
    assert isinstance(method, RegistrableMethod)
    return responder_of(method).registered(method, candidate_of(method, user_id, slot))


def candidate_of(
    method: RegistrableMethod, user_id: UserId = ROSA, slot: str | None = None
) -> RegisteredMethod:
    made = responder_of(method).candidate
    if made is not None:
        return made(method, user_id, slot or first_slot(method))
    candidate = method.candidate(
        responder_of(method).typed,
        NewMethod(
            id=MethodId(f"method of {user_id}"),
            user_id=user_id,
            slot=slot or first_slot(method),
            at=NOON,
        ),
        os.urandom,
    )
    return responder_of(method).completed(method, candidate)


def held_for(method: VerificationMethod, purpose: Purpose) -> RegisteredMethod:
    """Return what a challenge for ``purpose`` is put to."""
    if purpose is Purpose.REGISTRATION and isinstance(method, RegistrableMethod):
        return candidate_of(method)
    return held_by(method)


def asked(
    method: VerificationMethod, held: RegisteredMethod, purpose: Purpose = Purpose.SIGN_IN
) -> Challenge:
    return method.challenge(
        held,
        Question(
            id=ChallengeId("c1"), purpose=purpose, way=method.ways(held)[0], language="en", at=NOON
        ),
        os.urandom,
    )


def answer_to(method: VerificationMethod, held: RegisteredMethod, typed: str) -> Answer:
    """Return ``typed`` as it is judged, stretched where the method asks for that."""
    wanted = method.to_stretch(held, typed) if isinstance(method, StretchingMethod) else None
    return Answer(typed, stretched(wanted) if wanted else None)


def test_there_are_methods() -> None:
    assert {"phone", "softwareOath"} <= {method.kind for method in METHODS}


@every_method
def test_every_method_has_somebody_who_answers_in_its_test_file(
    method: VerificationMethod,
) -> None:
    assert responder_of(method).typed is not None


@every_method
def test_every_method_has_its_page(method: VerificationMethod) -> None:
    page = (DOCUMENTATION / f"{method.kind}.md").read_text()
    assert page.startswith("# ")
    for heading in ("Standard", "What is stored", "Limits", "What a person sees"):
        assert f"\n## {heading}\n" in page, heading


@every_method
def test_its_page_has_a_line_for_each_of_its_rules(method: VerificationMethod) -> None:
    page = (DOCUMENTATION / f"{method.kind}.md").read_text()
    own = method.declaration.configuration
    for rule in own.__struct_encode_fields__ if own else ():
        assert f"| `{method.kind}.{rule}` |" in page, rule


@every_method
def test_what_ends_is_not_available_from_then_on(method: VerificationMethod) -> None:
    held = held_by(method)
    end = method.describe(held).ends_at or NOON + timedelta(days=3650)
    assert method.available(held, at=end - JUST_BEFORE)
    assert method.available(held, at=end) is (method.describe(held).ends_at is None)
    # A method that expires must not count as required: people would be locked out that day.
    assert method.describe(held).ends_at is None or not method.declaration.lasting


@pytest.mark.parametrize("method", [one for one in METHODS if isinstance(one, IssuedMethod)])
def test_what_is_issued_is_within_the_rules_it_was_issued_by(method: IssuedMethod) -> None:
    assert method.is_within(held_by(method), {}, purpose=Purpose.SIGN_IN)


@every_method
def test_an_option_counts_as_lasting_as_its_method_says(method: VerificationMethod) -> None:
    held = held_by(method)
    every = catalogue_of(*METHODS)
    assert every.lasting([held]) == ((held,) if method.declaration.lasting else ())
    for role in method.declaration.roles:
        for option in every.options([held], role=role, at=NOON):
            assert option.lasting is method.declaration.lasting


def test_no_page_is_of_a_method_that_is_not_there() -> None:
    pages = {page.stem for page in DOCUMENTATION.glob("*.md")}
    assert pages == {str(method.kind) for method in METHODS}


@every_method
def test_every_method_says_what_it_proves_and_where_it_goes(method: VerificationMethod) -> None:
    held = held_by(method)
    assert method.declaration.factors
    assert method.declaration.roles
    assert method.ways(held)
    assert (held.kind, held.user_id, held.slot) == (method.kind, ROSA, first_slot(method))
    assert (held.created_at, held.last_used_at, held.revision) == (NOON, None, 0)
    assert method.available(held, at=NOON)


def test_no_two_methods_share_a_kind_or_a_slot() -> None:
    slots = [slot.name for method in METHODS for slot in method.declaration.slots]
    assert len(set(slots)) == len(slots)
    assert len({method.kind for method in METHODS}) == len(METHODS)


@every_method
def test_a_challenge_says_whom_it_asks_for_what_and_until_when(
    method: VerificationMethod,
) -> None:
    held = held_by(method)
    for purpose in Purpose:
        pending = asked(method, held, purpose)
        assert (pending.id, pending.user_id, pending.purpose) == ("c1", ROSA, purpose)
        assert pending.way in method.ways(held)
        assert pending.started_at == NOON
        # SP 800-63B-4, Out-of-Band Verifiers: ten minutes at the most.
        assert NOON < pending.expires_at <= NOON + timedelta(minutes=10)
        assert pending.method_id in {None, held.id}


@every_method
def test_SM1_OT3_a_right_answer_is_accepted_once(method: VerificationMethod) -> None:
    responder = responder_of(method)
    for purpose in Purpose:
        held = held_for(method, purpose)
        pending = asked(method, held, purpose)
        at = NOON + timedelta(seconds=5)
        typed = responder.right(method, held, pending, at)
        verdict = method.verify(held, pending, answer_to(method, held, typed), at=at)
        assert isinstance(verdict, Accepted)
        stored = verdict.method
        named = held.id if purpose is Purpose.SIGN_IN else stored.id  # it may be found out only now
        assert stored == replace(held, id=named, document=stored.document, last_used_at=at)
        if responder.once_by_itself:
            again = method.verify(
                verdict.method, pending, answer_to(method, verdict.method, typed), at=at
            )
            assert again == Rejected(Because.ALREADY_USED)
        else:
            # The flow's ConsumeChallenge forgets the verifier with the same write.
            assert pending.verifier is not None
            spent = replace(pending, verifier=None)
            assert method.verify(held, spent, answer_to(method, held, typed), at=at) == Rejected(
                Because.WRONG
            )


@every_method
def test_a_wrong_answer_is_rejected(method: VerificationMethod) -> None:
    responder, held = responder_of(method), held_by(method)
    pending = asked(method, held)
    typed = responder.wrong(method, held, pending, NOON)
    assert method.verify(held, pending, answer_to(method, held, typed), at=NOON) == Rejected(
        Because.WRONG
    )


@every_method
def test_SM1_an_expired_challenge_is_dead(method: VerificationMethod) -> None:
    responder = responder_of(method)
    for purpose in Purpose:
        held = held_for(method, purpose)
        pending = asked(method, held, purpose)
        last = pending.expires_at - JUST_BEFORE
        in_time = responder.right(method, held, pending, last)
        assert isinstance(
            method.verify(held, pending, answer_to(method, held, in_time), at=last), Accepted
        )
        for at in (pending.expires_at, pending.expires_at + timedelta(days=1)):
            late = responder.right(method, held, pending, at)
            assert method.verify(held, pending, answer_to(method, held, late), at=at) == Rejected(
                Because.LATE
            )
            assert method.verify(held, pending, answer_to(method, held, ""), at=at) == Rejected(
                Because.LATE
            )


BINDINGS: dict[str, Callable[[Challenge], Challenge]] = {
    "another challenge": lambda pending: replace(pending, id=ChallengeId("c2")),
    "another purpose": lambda pending: replace(pending, purpose=Purpose.REGISTRATION),
    "no verifier": lambda pending: replace(pending, verifier=None),
}


@every_method
@pytest.mark.parametrize("other", BINDINGS)
def test_SM1_CH_07_a_code_that_was_sent_is_worth_nothing_elsewhere(
    method: VerificationMethod, other: str
) -> None:
    responder, held = responder_of(method), held_by(method)
    pending = asked(method, held)
    typed = responder.right(method, held, pending, NOON)
    if pending.verifier is None:
        assert responder.once_by_itself  # nothing was sent: the method must store used answers
        return
    elsewhere = BINDINGS[other](pending)
    assert method.verify(held, elsewhere, answer_to(method, held, typed), at=NOON) == Rejected(
        Because.WRONG
    )


@every_method
def test_SM1_a_right_answer_is_worth_nothing_for_another_holder(
    method: VerificationMethod,
) -> None:
    responder, held = responder_of(method), held_by(method)
    pending = asked(method, held)
    typed = responder.right(method, held, pending, NOON)
    another_person = held_by(method, user_id=UserId("somebody else"))
    same_person = replace(another_person, user_id=ROSA)
    same_id = replace(another_person, id=held.id)
    for other in (another_person, same_person, same_id):
        assert method.verify(other, pending, answer_to(method, other, typed), at=NOON) == Rejected(
            Because.WRONG
        )


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as shown": lambda code: f"{code[:3]} {code[3:]}",
    "with a dash": lambda code: f"{code[:3]}-{code[3:]}",
    "with a long dash": lambda code: f"{code[:3]}\u2013{code[3:]}",
    "with space around": lambda code: f"\t {code}\n",
    "with space that does not break": lambda code: f"{code[:3]}\u00a0{code[3:]}",
    "in Arabic digits": lambda code: code.translate({0x30 + n: 0x660 + n for n in range(10)}),
    "in Persian digits": lambda code: code.translate({0x30 + n: 0x6F0 + n for n in range(10)}),
    "in wide digits": lambda code: code.translate({0x30 + n: 0xFF10 + n for n in range(10)}),
    "copied with direction marks": lambda code: f"\u2068{code[:3]} {code[3:]}\u2069\u200f",
}


@every_typed
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_code_is_understood_as_people_type_it(method: VerificationMethod, spelling: str) -> None:
    responder, held = responder_of(method), held_by(method)
    pending = asked(method, held)
    typed = responder.right(method, held, pending, NOON)
    verdict = method.verify(
        held, pending, answer_to(method, held, SPELLINGS[spelling](typed)), at=NOON
    )
    assert isinstance(verdict, Accepted)


@every_method
@given(st.text() | st.text("0123456789\u0660\u0664 -\u200f", max_size=40))
def test_WE2_no_answer_is_more_than_rejected(method: VerificationMethod, garbage: str) -> None:
    responder, held = responder_of(method), held_by(method)
    pending = asked(method, held)
    for at in (NOON, pending.expires_at):
        verdict = method.verify(held, pending, answer_to(method, held, garbage), at=at)
        near = {
            responder.right(method, held, pending, at + timedelta(seconds=seconds))
            for seconds in (-30, 0, 30)
        }
        said = "".join(letter for letter in garbage if letter.isdecimal())
        if said.isascii() and said not in near:
            assert not isinstance(verdict, Accepted)


@every_registrable
@given(
    st.dictionaries(
        st.text() | st.sampled_from(["number", "region", "displayName"]), st.text(), max_size=4
    )
)
def test_WE2_what_is_typed_to_register_is_taken_or_refused_by_name(
    method: RegistrableMethod, typed: dict[str, str]
) -> None:
    try:
        held = method.candidate(
            typed,
            NewMethod(id=MethodId("m1"), user_id=ROSA, slot=first_slot(method), at=NOON),
            os.urandom,
        )
    except ProofupError:
        return
    assert method.describe(held).kind == method.kind
    method.provisioning(held, account="rosa@example.com")


@every_method
def test_KE4_nothing_a_method_keeps_is_shown_with_it(method: VerificationMethod) -> None:
    responder, held = responder_of(method), held_by(method)
    pending = asked(method, held)
    typed = responder.right(method, held, pending, NOON)
    shown = repr(
        (held, pending, method.verify(held, pending, answer_to(method, held, typed), at=NOON))
    )
    words = responder.kept_in(method, held)
    assert words
    for secret in (*words, typed, held.document.decode()):
        assert secret not in shown
    assert "document" not in shown
    assert "verifier" not in shown


@every_method
def test_a_description_is_of_what_is_held(method: VerificationMethod) -> None:
    held = held_by(method)
    description = method.describe(held)
    assert (description.kind, description.slot) == (held.kind, held.slot)


def test_every_way_belongs_to_one_method() -> None:
    kinds: dict[Way, set[str]] = {}
    for method in METHODS:
        for slot in method.declaration.slots:
            for way in method.ways(held_by(method, slot=slot.name)):
                kinds.setdefault(way, set()).add(method.kind)
    assert kinds.keys() == {traits.word for one in METHODS for traits in one.declaration.ways}
    assert all(len(found) == 1 for found in kinds.values())


@every_method
def test_what_was_answered_before_a_copy_was_put_back_is_not_accepted_after(
    method: VerificationMethod,
) -> None:
    copied = held_by(method)
    held = method.put_back(copied, at=NOON)
    assert (held.id, held.user_id, held.slot) == (copied.id, copied.user_id, copied.slot)
    if method.available(held, at=NOON):
        assert method.describe(held) == method.describe(copied)
    assert method.put_back(held, at=NOON - timedelta(days=1)) == held
