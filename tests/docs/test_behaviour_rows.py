"""The table of behaviour says what the tests prove."""

from workshop import behaviour_rows
from workshop.behaviour_rows import Row

PAGE = """
| Row | Level | Rule | Proven in | Not yet, because |
| --- | --- | --- | --- | --- |
| CH-01 | CORE | The default is asked at once | `old.py` |  |
| PSH-01 | EXPECTED | A number is shown |  | there is no push yet |
| AA1 | of another table | | |
"""


def test_every_row_is_proven_or_says_why_not_as_the_tests_are() -> None:
    page, tests = behaviour_rows.PAGE.read_text(encoding="utf-8"), behaviour_rows.proven()
    rows = behaviour_rows.rows_of(page)
    assert len(rows) > 400
    assert list(behaviour_rows.troubles(rows, tests)) == []
    assert behaviour_rows.written(page, tests) == page, "make rows writes it"


def test_no_row_stands_twice() -> None:
    page = behaviour_rows.PAGE.read_text(encoding="utf-8")
    ids = [row["id"] for row in map(behaviour_rows.ROW.fullmatch, page.splitlines()) if row]
    assert sorted(ids) == sorted(set(ids))


def test_ids_are_read_at_the_start_of_a_name_only() -> None:
    # Put together here, so that nobody takes them for tests.
    names = [
        "CH_01_the_default",
        "OT3_TOT_03_OPT_05_a_step",
        "ALT_03_to_06_every_phone",
        "ACT_07_and_08_and_10_the_default",
        "E_500121_denied",
        "SM1_OT3_once",
        "values_of_RFC_6238_are_right",
        "a_name",
    ]
    source = "\n".join(f"async def {'test'}_{name}(world: World) -> None:" for name in names)
    assert list(behaviour_rows.carried(source)) == [
        "CH-01",
        "TOT-03",
        "OPT-05",
        "ALT-03",
        "ALT-04",
        "ALT-05",
        "ALT-06",
        "ACT-07",
        "ACT-08",
        "ACT-10",
        "E-500121",
    ]


def test_the_modules_are_written_beside_the_rows_and_nothing_else_is() -> None:
    renewed = behaviour_rows.written(PAGE, {"CH-01": ("a/test_b.py", "c/test_d.py")})
    assert renewed == PAGE.replace("`old.py`", "`a/test_b.py`, `c/test_d.py`")
    assert behaviour_rows.rows_of(renewed) == {
        "CH-01": Row("CORE", "The default is asked at once", ""),
        "PSH-01": Row("EXPECTED", "A number is shown", "there is no push yet"),
    }


def test_what_does_not_fit_is_named() -> None:
    rows = {
        "AA-01": Row("CORE", "", ""),
        "AA-02": Row("CORE", "", "later"),
        "AA-03": Row("CORE", "", ""),
        "AA-04": Row("CORE", "", "later"),
    }
    tests = {"AA-03": ("x.py",), "AA-04": ("x.py",), "AA-05": ("x.py",)}
    found = [line[:5] for line in behaviour_rows.troubles(rows, tests)]
    assert found == ["AA-01", "AA-04", "AA-05"]
