"""What is undone for somebody who says that a change was not theirs."""

from datetime import timedelta

from msgspec.structs import replace

from method_changes.people import (
    ADMINISTRATOR,
    HOST,
    NOW,
    OWNER,
    ROBIN,
    TOOLS,
    app,
    entropy,
    phone,
    robin,
)
from proofup.directory.users import SetDefaultWay
from proofup.method_changes.history import (
    ForgetPastChanges,
    NotePastChange,
    PastChange,
    remembered,
    settled,
)
from proofup.method_changes.undoing import Undoing, undone
from proofup.methods.registered_methods import (
    AddMethod,
    NewMethod,
    RegisteredMethod,
    RemoveMethod,
    RequireMethods,
)
from proofup.notices.link import VALID, EndNoticeLinks
from proofup.values.ids import MethodId
from proofup.values.stretching import Terms
from proofup.values.ways import Way

TERMS = Terms(memory_kib=8, passes=1, pepper_id="p-1")
NEW = "+44 7700 900142"


def past(added: RegisteredMethod | None = None, gone: RegisteredMethod | None = None) -> PastChange:
    (note,) = remembered(TOOLS, OWNER, ROBIN, added=added, gone=(gone,) if gone else (), at=NOW)
    assert isinstance(note, NotePastChange)
    return note.past


def undo(held: list[RegisteredMethod], *history: PastChange) -> Undoing:
    return undone(TOOLS, robin(*held, default=Way("sms")), history, at=NOW)


def names(undoing: Undoing) -> tuple[list[str], list[str]]:
    return [one.masked for one in undoing.gone], [one.masked for one in undoing.back]


def test_a_change_is_kept_as_long_as_the_link_of_its_notice() -> None:
    old, new = phone(), phone(NEW)
    kept = past(new, old)
    assert (kept.user_id, kept.at, kept.added, kept.gone) == (ROBIN, NOW, new.id, old)
    assert kept.expires_at == NOW + VALID == NOW + timedelta(days=10)


def test_several_that_go_at_once_are_kept_each() -> None:
    one, other = phone(), app()
    notes = remembered(TOOLS, OWNER, ROBIN, gone=(one, other), at=NOW)
    kept = [note.past.gone for note in notes if isinstance(note, NotePastChange)]
    assert kept == [one, other]
    assert remembered(TOOLS, OWNER, ROBIN, at=NOW) == ()


def test_what_a_pepper_is_in_is_not_kept() -> None:
    codes = replace(app(), pepper_id="p-1")
    assert past(app(), codes).gone is None


def test_what_an_administrator_does_ends_what_could_be_undone() -> None:
    for actor in (ADMINISTRATOR, HOST):
        changes = remembered(TOOLS, actor, ROBIN, added=app(), at=NOW)
        assert changes == settled(ROBIN)
        assert [type(one) for one in changes] == [ForgetPastChanges, EndNoticeLinks]


def test_the_phone_that_was_replaced_comes_back() -> None:
    old, new = phone(), phone(NEW)
    undoing = undo([new], past(new, old))
    assert names(undoing) == (["+XX XXXXXXXX42"], ["+XX XXXXXXXX67"])
    assert undoing.changes == (
        RequireMethods(user_id=ROBIN, ids=frozenset({new.id})),
        RemoveMethod(user_id=ROBIN, method_id=new.id),
        AddMethod(method=old),
        SetDefaultWay(user_id=ROBIN, way=Way("sms")),
        ForgetPastChanges(user_id=ROBIN),
    )


def test_a_chain_of_changes_is_undone_to_its_begin() -> None:
    first, second, third, more = phone(), phone(NEW), phone("+44 7700 900199"), app()
    undoing = undo([third, more], past(more), past(third, second), past(second, first))
    assert set(names(undoing)[0]) == {"+XX XXXXXXXX99", ""}
    assert names(undoing)[1] == ["+XX XXXXXXXX67"]


def test_a_method_that_was_removed_comes_back_and_the_default_with_it() -> None:
    kept, gone = app(), phone()
    undoing = undo([kept], past(None, gone))
    assert names(undoing) == ([], ["+XX XXXXXXXX67"])
    assert SetDefaultWay(user_id=ROBIN, way=Way("sms")) in undoing.changes


def test_a_slot_that_was_filled_otherwise_keeps_what_it_has() -> None:
    present, gone = phone(NEW), phone()
    assert undo([present], past(None, gone)) == Undoing()


def test_nothing_that_was_changed_is_nothing_to_undo() -> None:
    assert undo([phone()]) == Undoing()


def test_recovery_codes_do_not_stay_without_a_method() -> None:
    stand_in = TOOLS.catalogue.stand_in
    assert stand_in
    codes = stand_in.draft(
        {},
        NewMethod(
            id=MethodId("codes"), user_id=ROBIN, slot=stand_in.declaration.slots[0].name, at=NOW
        ),
        rules={},
        terms=TERMS,
        entropy=entropy,
    ).method
    new = phone(NEW)
    undoing = undo([new, codes], past(new))
    assert [one.kind for one in undoing.gone] == [new.kind, codes.kind]
