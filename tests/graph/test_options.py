"""Query options and searches as they are sent."""

import pytest

from proofup.graph.odata.errors import QueryError
from proofup.graph.odata.options import NONE, Order, options_of
from proofup.graph.odata.searching import Term, read_search


def test_options_are_read_in_any_spelling() -> None:
    found = options_of(
        "$select=id,%20displayName&%24Filter=mail%20eq%20'a'&$top=5&$count=TRUE"
        "&$orderby=displayName%20desc,mail&$expand=manager($select=id),memberOf&$skiptoken=t&x=1"
    )
    assert found.select == ["id", "displayName"]
    assert found.filter == "mail eq 'a'"
    assert found.top == 5
    assert found.count
    assert found.order == [
        Order("displayName", is_descending=True),
        Order("mail", is_descending=False),
    ]
    assert found.expand == ["manager", "memberOf"]
    assert found.token == "t"
    assert ("$skiptoken", "t") not in found.given
    assert ("x", "1") not in found.given
    assert options_of("") is NONE


@pytest.mark.parametrize(
    "query",
    [
        "$top=-1",
        "$top=x",
        "$top=%C2%B2",
        "$top=1000000000",
        "$skip=1.5",
        "$count=maybe",
        "$bogus=1",
        "$top=1&$top=2",
        "$select=a;b",
        "$select='x'",
        "$orderby=displayName sideways",
        "$orderby=a b c",
        f"$select={','.join(['a'] * 101)}",
        "&".join(f"a{number}=1" for number in range(60)),
        f"$filter={'x' * 9000}",
        "$filter=%ff",
    ],
)
def test_AD7_options_that_cannot_be_read_are_refused(query: str) -> None:
    with pytest.raises(QueryError):
        options_of(query)


def test_an_option_can_be_refused_by_its_name() -> None:
    options_of("$top=1").refuse("skip")
    with pytest.raises(QueryError, match=r"\$skip"):
        options_of("$skip=1").refuse("skip", "expand")


def test_a_search_is_read_as_alternatives() -> None:
    assert read_search('"displayName:robin ash"') == [[Term("displayName", "robin ash")]]
    found = read_search('"displayName:a" AND "mail:b" OR "surname:c\\"d"')
    assert found == [[Term("displayName", "a"), Term("mail", "b")], [Term("surname", 'c"d')]]


@pytest.mark.parametrize(
    "text",
    [
        "robin",
        '"robin"',
        '"displayName:"',
        '"displayName: "',
        '"a:b" "c:d"',
        '"a:b" and "c:d"',
        '"a:b" OR',
        '"a:b',
        f'"a:{"x" * 2000}"',
        "",
    ],
)
def test_AD7_a_search_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        read_search(text)
