import json
import logging

import pytest

from audit.samples import EVENTS
from proofup.audit.entry import Entry
from proofup.audit.events.accounts import UserAdded
from proofup.audit.events.challenges import ChallengeFailed, ChallengeSent
from proofup.audit.events.event import Event
from proofup.audit.events.sign_ins import ProofRenewed, SignedIn, SignInFailed
from proofup.serving.log_lines import JsonLines
from proofup.serving.sign_in_lines import SignInLines
from proofup.values.changes import Change
from proofup.values.errors import StaleError
from proofup.values.ways import Way
from storage.samples import CORRELATION, ROBIN, START, user

pytestmark = pytest.mark.anyio
SIGNED_IN = SignedIn(level="multiFactor", way="sms")


def entry(event: Event) -> Entry:
    return Entry(
        at=START,
        event=event,
        actor=ROBIN,
        target=ROBIN,
        succeeded=True,
        correlation_id=CORRELATION,
    )


async def written(*_: Change) -> None:
    """Take what is to be written."""


async def test_KE4_what_came_of_a_sign_in_is_said_without_a_name_or_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    changes: list[Change] = []

    async def commit(*some: Change) -> None:
        changes.extend(some)

    sent = ChallengeSent(way=Way("sms"), to="+XX XXXXXXXX67", purpose="signIn")
    told = (user(), entry(sent), entry(UserAdded()))
    await SignInLines(commit)(*told)
    assert changes == list(told)
    (line,) = caplog.records
    assert line.getMessage() == "challengeSent"
    assert vars(line)["facts"] == {"way": "sms"}
    assert vars(line)["correlation_id"] == CORRELATION
    assert not {"to", "actor", "target"} & set(vars(line))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
async def test_WE5_no_fact_takes_the_place_of_what_every_line_has(
    caplog: pytest.LogCaptureFixture, event: Event
) -> None:
    caplog.set_level(logging.INFO)
    await SignInLines(written)(entry(event))
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    told = SignedIn | SignInFailed | ProofRenewed | ChallengeSent | ChallengeFailed
    assert len(lines) == isinstance(event, told)
    for line in lines:
        assert line["level"] == "info"
        assert line["logger"] == "proofup.serving.sign_in_lines"
        assert line["message"] == event.word
        assert set(line) <= {
            *("at", "level", "logger", "message"),
            *("succeeded", "correlation_id", "facts"),
        }
        assert line["facts"].items() <= event.facts.items()


async def test_what_was_not_written_is_not_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def refuse(*_: Change) -> None:
        raise StaleError

    with pytest.raises(StaleError):
        await SignInLines(refuse)(entry(SIGNED_IN))
    assert caplog.records == []
