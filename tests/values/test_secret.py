from hypothesis import given
from hypothesis import strategies as st

from proofup.values.secret import Secret


@given(st.text(min_size=3))
def test_KE4_a_secret_is_shown_by_reveal_only(value: str) -> None:
    for secret in (Secret(value), Secret(value.encode(errors="replace"))):
        assert repr(secret) == str(secret) == f"{secret}" == f"{secret!s}" == "Secret(…)"
        assert repr([secret]) == "[Secret(…)]"
    assert Secret(value).reveal() == value


def test_equal_secrets_are_equal() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
