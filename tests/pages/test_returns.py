import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.pages.returns import safe_return

GOOD = [
    "/",
    "/security-info",
    "/security-info/",
    "/security-info/changes/0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a11",
    "/security-info?done=phone-changed&fresh=m%20x",
    "/signin?return=%3Fx",
]
BAD = [
    None,
    "",
    "security-info",
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/security-info//evil.test",
    "https://evil.test/",
    "https:evil.test",
    "//user@evil.test",
    "javascript:alert(1)",
    "/a\r\nSet-Cookie: x",
    "/a\tb",
    "/a b",
    "/a\x00",
    "/%2f%2fevil.test",
    "/%5cevil.test",
    "/..//evil.test",
    "/../admin",
    "/./x",
    "/security-info#x",
    "/x?y=%0d%0aSet-Cookie",
    "/x?y=%2F%2Fevil.test",
    "/ä",
    "/" + "a" * 600,
    " /security-info",
    "/security-info?a\\b",
]


@pytest.mark.parametrize("target", GOOD)
def test_WE8_a_path_of_ours_is_taken_as_it_is(target: str) -> None:
    assert safe_return(target) == target


@pytest.mark.parametrize("target", BAD)
def test_WE8_whatever_could_lead_elsewhere_is_refused(target: str | None) -> None:
    assert safe_return(target) is None


@given(st.text(max_size=80) | st.from_regex(r"[/\\.%a-f0-9:@?#]{1,40}", fullmatch=True))
def test_WE8_what_is_taken_begins_with_one_slash_and_holds_nothing_odd(target: str) -> None:
    taken = safe_return(target)
    if taken is not None:
        assert taken == target
        assert taken.startswith("/")
        assert not taken.startswith("//")
        assert "\\" not in taken
        assert taken.isprintable()


def test_WE11_a_long_path_is_judged_in_a_blink() -> None:
    assert safe_return("/" + "a-" * 250 + "!/" * 3 + "\\") is None
