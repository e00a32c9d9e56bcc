from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from starlette.requests import Request

from delivery.outboxes import Row
from proofup.delivery.carriers import CarrierDownError, CarrierHoldsError, NoRouteError
from proofup.delivery.outbox import ClaimedMessage
from proofup.metrics.endpoint import Figures
from proofup.metrics.instruments import Instruments
from proofup.metrics.measured import Measured
from proofup.values.changes import Change
from proofup.values.errors import StoreBusyError, UnknownOutcomeError
from proofup.values.ids import MessageId
from proofup.values.messages import Mail
from proofup.values.secret import Secret
from world import World

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOKEN = Secret("a-token-of-32-letters-or-more-xyz")
MAIL = Mail(to="robin@fabrikam.test", template="method-changed", facts={})


@pytest.fixture
def watch() -> Measured:
    return Measured(Instruments(), TOKEN)


def counted(watch: Measured, name: str) -> dict[tuple[str, ...], float]:
    """Return the values of a counter by its label values."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in watch.instruments.registry.collect()
        for sample in family.samples
        if sample.name == name
    }


class Saying:
    """A carrier that says what it is told, in order."""

    def __init__(self, answers: Iterable[str | Exception]) -> None:
        self._answers = iter(answers)

    async def send(self, _: Mail, __: ClaimedMessage, /) -> str | None:
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_what_a_carrier_says_is_counted_and_passed_on(watch: Measured) -> None:
    answers: list[str | Exception] = [
        "ref",
        NoRouteError("no route"),
        CarrierDownError("down"),
        OSError(),
    ]
    carrier = watch.carrier("mail", "smtp", Saying([*answers, CarrierHoldsError("queued")]))
    message = Row(id=MessageId("m-1"), content=MAIL, created_at=NOON, expires_at=NOON)
    assert await carrier.send(MAIL, message) == "ref"
    for refusal in (NoRouteError, CarrierDownError, OSError, CarrierHoldsError):
        with pytest.raises(refusal):
            await carrier.send(MAIL, message)
    assert counted(watch, "proofup_messages_total") == {
        ("mail", "smtp", "taken"): 1,
        ("mail", "smtp", "refused"): 1,
        ("mail", "smtp", "down"): 3,
    }


@pytest.mark.parametrize(
    ("error", "outcome"), [(StoreBusyError, "busy"), (UnknownOutcomeError, "unknown")]
)
async def test_a_write_that_was_not_made_is_counted(
    watch: Measured, error: type[Exception], outcome: str
) -> None:
    async def refuse(*_: Change) -> None:
        raise error

    with pytest.raises(error):
        await watch.commit(refuse)()
    assert counted(watch, "proofup_writes_failed_total") == {(outcome,): 1}
    assert counted(watch, "proofup_write_seconds_count") == {(): 1}


async def test_the_figures_are_there_when_the_database_is_not(
    watch: Measured, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreBusyError

    engine = world.store.engine
    figures = Figures(
        watch.instruments, TOKEN, world.room, engine, world.hashing, lambda: world.now
    )
    bearer = (b"authorization", f"Bearer {TOKEN.reveal()}".encode())
    request = Request({"type": "http", "headers": [bearer]})
    await figures.answer(request)
    looked_at = ("proofup_outbox_messages", "proofup_budget_used_ratio")
    assert all(counted(watch, name) for name in looked_at)
    monkeypatch.setattr(engine, "read_long", away)
    monkeypatch.setattr(engine, "rows", away)
    assert (await figures.answer(request)).status_code == 200
    assert not any(counted(watch, name) for name in looked_at)
