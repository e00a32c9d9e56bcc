"""Builds the measuring of a service."""

from msgspec.structs import replace

from proofup.challenges.room import Room
from proofup.config.settings import Settings
from proofup.metrics.watch import UNWATCHED, Watch
from proofup.serving.sign_in_lines import SignInLines


def watch_of(settings: Settings) -> Watch:
    """Return the watch that the settings ask for."""
    if settings.metrics is None:
        return UNWATCHED
    # Prometheus's library takes as long to import as everything else, so it is imported on demand.
    from proofup.metrics.instruments import Instruments
    from proofup.metrics.measured import Measured

    return Measured(Instruments(), settings.metrics.token)


def watched(room: Room, watch: Watch) -> Room:
    """Return ``room`` with its writes and counters measured and outcomes of sign-ins logged."""
    return replace(
        room,
        counters=watch.counters(room.counters),
        commit=SignInLines(watch.commit(room.commit)),
    )
