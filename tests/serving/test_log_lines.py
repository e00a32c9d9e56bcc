import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.serving.log_lines import LONGEST_LINE, JsonLines, log_to


def line_of(message: str, *values: object, **fields: object) -> str:
    record = logging.LogRecord("proofup.x", logging.INFO, "x.py", 1, message, values, None)
    vars(record).update(fields)
    return JsonLines().format(record)


@given(st.text(), st.text())
def test_WE5_whatever_is_logged_is_one_line_of_ascii(message: str, value: str) -> None:
    line = line_of("%s", message, correlation_id=value)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["correlation_id"] == value
    assert json.loads(line)["message"] == message[:LONGEST_LINE]


@pytest.mark.parametrize("letter", ["\n", "\r", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\x00"])
def test_WE5_no_letter_ends_or_turns_a_line(letter: str) -> None:
    assert letter not in line_of(f"before{letter}after")


def test_a_line_says_when_how_grave_and_who() -> None:
    facts = json.loads(line_of("hello", created=1763735400.5))
    assert facts == {
        "at": "2025-11-21T14:30:00.500Z",
        "level": "info",
        "logger": "proofup.x",
        "message": "hello",
    }


def test_WE5_no_extra_field_takes_the_place_of_what_every_line_has() -> None:
    plain = json.loads(line_of("hello", created=1763735400.5))
    extra = {"at": "noon", "level": "multiFactor", "logger": "me"}
    facts = json.loads(line_of("hello", created=1763735400.5, **extra))
    assert {name: facts[name] for name in plain} == plain
    assert facts["extra_level"] == "multiFactor"


def test_a_fault_is_told_with_its_place() -> None:
    try:
        int("two\nlines")
    except ValueError:
        line = line_of("it failed", exc_info=sys.exc_info())
    assert "\n" not in line
    assert "ValueError: invalid literal" in json.loads(line)["exception"]


def test_a_field_that_is_no_json_is_told_as_text() -> None:
    assert json.loads(line_of("x", error=KeyError("k")))["error"] == "'k'"


@pytest.fixture
def kept_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)


def test_every_logger_and_every_warning_goes_to_the_stream(kept_logging: None) -> None:
    stream = io.StringIO()
    log_to(stream, level="warning")
    logging.getLogger("any.other").warning("seen")
    logging.getLogger("any.other").info("not seen")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("seen too", stacklevel=1)
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [facts["logger"] for facts in told] == ["any.other", "py.warnings"]
