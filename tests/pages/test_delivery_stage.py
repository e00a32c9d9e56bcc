import pytest

from pages.samples import NOON, delivered
from proofup.pages.delivery_stage import Stage, stage_of
from proofup.values.messages import DeliveryState


@pytest.mark.parametrize(
    ("state", "seconds", "stage"),
    [
        (DeliveryState.QUEUED, 1, Stage.QUEUED),
        (DeliveryState.QUEUED, 30, Stage.LATE),
        (DeliveryState.SENT, 1, Stage.SENT),
        (DeliveryState.SENT, 30, Stage.LATE),
        (DeliveryState.DELIVERED, 30, Stage.DELIVERED),
        (DeliveryState.FAILED, 30, Stage.FAILED),
    ],
)
def test_a_text_without_news_is_called_late(
    state: DeliveryState, seconds: float, stage: Stage
) -> None:
    assert stage_of(delivered(state, seconds=seconds), at=NOON) is stage
