"""What a filter says, and what is refused: a table of cases."""

import pytest

from proofup.graph.odata.errors import QueryError
from proofup.graph.odata.expressions import (
    AnyItem,
    Compare,
    Either,
    Every,
    Expression,
    Match,
    Not,
    Within,
)
from proofup.graph.odata.filters import read_filter

GUID = "3179e48a-750b-4051-897c-87b9720928f7"
READ: dict[str, Expression] = {
    "displayName eq 'Robin'": Compare("displayName", "eq", "Robin"),
    "displayName  eq\t'O''Neil'": Compare("displayName", "eq", "O'Neil"),
    "displayName eq ''": Compare("displayName", "eq", ""),
    f"id eq {GUID}": Compare("id", "eq", GUID),
    f"id eq '{GUID}'": Compare("id", "eq", GUID),
    "accountEnabled eq true": Compare("accountEnabled", "eq", value=True),
    "surname ne null": Compare("surname", "ne", None),
    "n gt -3": Compare("n", "gt", -3),
    "n le 2.5": Compare("n", "le", 2.5),
    "createdDateTime ge 2026-08-20T17:29:23Z": Compare(
        "createdDateTime", "ge", "2026-08-20T17:29:23Z"
    ),
    "createdDateTime lt 2026-08-20": Compare("createdDateTime", "lt", "2026-08-20"),
    "status/errorCode eq 0": Compare("status/errorCode", "eq", 0),
    "startsWith(mail,'r')": Match("startswith", "mail", "r"),
    "STARTSWITH( mail , 'r' ) eq true": Match("startswith", "mail", "r"),
    "endswith(mail,'r') eq false": Not(Match("endswith", "mail", "r")),
    "contains(mail,'r')": Match("contains", "mail", "r"),
    "id in ('a', 'b')": Within("id", ["a", "b"]),
    "not a eq 1": Not(Compare("a", "eq", 1)),
    "NOT(a eq 1)": Not(Compare("a", "eq", 1)),
    "not(a eq 1)": Not(Compare("a", "eq", 1)),
    "a eq 1 and b eq 2 or c eq 3": Either(
        [Every([Compare("a", "eq", 1), Compare("b", "eq", 2)]), Compare("c", "eq", 3)]
    ),
    "a eq 1 and (b eq 2 or c eq 3)": Every(
        [Compare("a", "eq", 1), Either([Compare("b", "eq", 2), Compare("c", "eq", 3)])]
    ),
    "methodsRegistered/any(x:x eq 'email')": AnyItem(
        "methodsRegistered", Compare("", "eq", "email")
    ),
    "identities/any(i:i/issuer eq 'c' and i/id eq 'r')": AnyItem(
        "identities", Every([Compare("issuer", "eq", "c"), Compare("id", "eq", "r")])
    ),
    "assignedLicenses/any()": AnyItem("assignedLicenses", None),
    "assignedLicenses/$count eq 0": Compare("assignedLicenses/$count", "eq", 0),
    "combinations has 'sms, password'": Compare("combinations", "has", "sms, password"),
}
REFUSED = [
    "",
    "displayName",
    "displayName eq",
    "displayName eq 'Robin",
    "displayName eq Robin",
    "displayName EQ 'Robin'",
    "eq 'Robin'",
    "'Robin' eq displayName",
    "true eq true",
    "a eq 1 and",
    "a eq 1 b eq 2",
    "(a eq 1",
    "a eq 1)",
    "startswith(mail)",
    "startswith(mail,1)",
    "startswith(mail,'r') eq 'x'",
    "startswith('r',mail)",
    "id in ()",
    "id in ('a' 'b')",
    "x/any(y:z eq 1)",
    "x/any(y z)",
    "a eq 1; drop table users",
    "a eq $1",
    "a eq \u00b2",
    "a eq 1 -- b",
    "not",
    "a matchesPattern 'x'",
    f"{'(' * 11}a eq 1{')' * 11}",
    f"{'not ' * 11}a eq 1",
    f"a eq '{'x' * 2000}'",
]


@pytest.mark.parametrize("text", READ)
def test_a_filter_is_read_as_a_tree(text: str) -> None:
    assert read_filter(text) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_AD7_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        read_filter(text)


def test_AD7_a_filter_may_be_ten_levels_deep_and_no_deeper() -> None:
    assert read_filter(f"{'(' * 10}a eq 1{')' * 10}") == Compare("a", "eq", 1)
    many = " or ".join(["(a eq 1)"] * 100)
    assert isinstance(read_filter(many), Either)
