import logging

import pytest

from proofup.audit.entry import Entry, Event
from proofup.serving.sign_in_lines import SignInLines
from proofup.values.changes import Change
from proofup.values.errors import StaleError
from storage.samples import CORRELATION, ROBIN, START, user

pytestmark = pytest.mark.anyio


def entry(event: Event) -> Entry:
    return Entry(
        at=START,
        event=event,
        actor=ROBIN,
        target=ROBIN,
        succeeded=True,
        correlation_id=CORRELATION,
        details={"way": "sms", "to": "+XX XXXXXXXX67"},
    )


async def test_KE4_what_came_of_a_sign_in_is_said_without_a_name_or_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    written: list[Change] = []

    async def commit(*changes: Change) -> None:
        written.extend(changes)

    changes = (user(), entry(Event.SIGNED_IN), entry(Event.USER_ADDED))
    await SignInLines(commit)(*changes)
    assert written == list(changes)
    (line,) = caplog.records
    assert line.getMessage() == "signedIn"
    assert vars(line)["way"] == "sms"
    assert vars(line)["correlation_id"] == CORRELATION
    assert not {"to", "actor", "target"} & set(vars(line))


async def test_what_was_not_written_is_not_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def refuse(*_: Change) -> None:
        raise StaleError

    with pytest.raises(StaleError):
        await SignInLines(refuse)(entry(Event.SIGNED_IN))
    assert caplog.records == []
