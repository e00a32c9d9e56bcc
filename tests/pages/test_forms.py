from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pages.test_csrf import OURS, token_for
from proofup.pages.csrf import FIELD
from proofup.pages.forms import BadFormError, Form, parse_form

TYPE = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        (b"code=1&code=2", "code", "twice"),
        (b"code=1%00", "code", "control characters"),
        (b"code=%7f", "code", "control characters"),
        (b"code=%c2%85", "code", "control characters"),
        (b"co%00de=1", "", "control characters"),
        (b"co%09de=1", "", "control characters"),
        (b"x" * 70 + b"=1", "", "control characters"),
        (b"code=%ed%a0%80", "", "encoding"),  # a lone surrogate
        (b"code=%ff", "", "encoding"),
        (b"code=\xff", "", "encoding"),
        (b"code=%c0%af", "", "encoding"),  # an overlong slash
        (b"&".join(b"f%d=1" % number for number in range(101)), "", "too many fields"),
    ],
)
def test_WE2_a_form_that_no_page_sends_is_refused_by_field(
    body: bytes, field: str, reason: str
) -> None:
    with pytest.raises(BadFormError) as refused:
        parse_form(body)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_a_form_is_read_as_it_was_typed() -> None:
    typed = {
        "name": "Zoë O'Neill & Söhne",
        "empty": "",
        "plus": "a+b c",
        "rtl": "\u202ex",
        "area": "a\tb\r\nc",
    }
    assert parse_form(urlencode(typed).encode()) == typed


@given(st.binary(max_size=400))
def test_WE2_any_bytes_are_a_form_or_a_refusal(body: bytes) -> None:
    try:
        fields = parse_form(body)
    except BadFormError:
        return
    assert all("\x00" not in value for value in fields.values())


def test_TX5_a_field_is_there_once_or_named_as_missing() -> None:
    form = Form({"code": "123456"})
    assert form.text("code", longest=6) == "123456"
    assert form.optional("other", longest=6) is None
    for name, longest, reason in (("other", 6, "missing"), ("code", 5, "too long")):
        with pytest.raises(BadFormError) as refused:
            form.text(name, longest=longest)
        assert (refused.value.field, refused.value.reason) == (name, reason)


@pytest.mark.parametrize(
    ("headers", "body", "status", "words"),
    [
        ({"content-type": "application/json"}, b"{}", 400, "It was not sent as a form"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x", 400, "not sent as a form"),
        ({}, b"code=1", 400, "It was not sent as a form"),
        ({"content-type": TYPE["content-type"] + "; charset=utf-16"}, b"", 400, "not sent as"),
        (TYPE, b"code=%00", 400, "The field is “code”"),
        (TYPE, b"code=" + b"1" * 70_000, 413, "This form is too large"),
        (TYPE | {"content-length": "-1"}, b"", 413, "too large"),
    ],
)
def test_WE2_a_bad_form_is_answered_with_a_page_that_says_why(
    client: TestClient, headers: dict[str, str], body: bytes, status: int, words: str
) -> None:
    answer = client.post("/take", content=body, headers=OURS | headers)
    assert answer.status_code == status
    assert words in answer.text
    assert "Nothing was changed" in answer.text


def test_WE2_a_value_that_is_too_long_names_its_field(client: TestClient) -> None:
    data = {FIELD: token_for(client, "/take"), "code": "123456789"}
    answer = client.post("/take", data=data, headers=OURS)
    assert answer.status_code == 400
    assert "more in the field than it takes" in answer.text


def test_a_form_with_its_charset_named_is_taken(client: TestClient) -> None:
    body = f"{FIELD}={quote_plus(token_for(client, '/take'))}&code=1"
    headers = OURS | {"content-type": TYPE["content-type"] + "; charset=UTF-8"}
    assert client.post("/take", content=body, headers=headers).text == "1"
