from hypothesis import given
from hypothesis import strategies as st

from proofup.storage.sheets import Sheet

VALUES = st.one_of(st.none(), st.integers(0, 2), st.sampled_from(["", "a", "b"]), st.just(b"a"))
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[VALUES] * width)))


@given(TABLES)
def test_a_sheet_gives_back_the_rows_it_was_made_of(rows: list[tuple[object, ...]]) -> None:
    assert list(Sheet.of(rows).rows()) == rows


def test_what_all_rows_hold_is_there_once() -> None:
    sheet = Sheet.of([("a", 1, None), ("b", 1, None)])
    assert (sheet.shared, sheet.varying) == ({1: 1, 2: None}, {0: ("a", "b")})
    assert sheet.column(0) == ("a", "b")
    assert sheet.column(1) == (1, 1)


def test_rows_can_be_left_out_by_what_a_column_holds() -> None:
    sheet = Sheet.of([("a", 1), ("b", 2), ("c", 2)])
    assert list(sheet.without({"a", "c"}).rows()) == [("b", 2)]
    assert list(sheet.without({2}, 1).rows()) == [("a", 1)]
    assert Sheet.of([]).column(1) == ()
