"""Builds the streams of the log that the settings ask for."""

from collections.abc import Sequence

from proofup.config.settings import Settings
from proofup.delivery.log_stream import LogStream, LogWebhook, Sink, StandardOutput
from proofup.delivery.outbound import OutboundClient
from proofup.storage.store import Store
from proofup.values.clock import Clock
from proofup.values.ids import Entropy, random_id

STANDARD_OUTPUT = "standard output"
WEBHOOK = "webhook"


def stream_names(settings: Settings) -> Sequence[str]:
    """Return the names of the streams that the settings ask for."""
    asked = settings.log_stream
    if asked is None:
        return ()
    told = {STANDARD_OUTPUT: asked.standard_output, WEBHOOK: asked.webhook is not None}
    return [name for name, is_asked in told.items() if is_asked]


def log_streams(
    settings: Settings, store: Store, outbound: OutboundClient, *, clock: Clock, entropy: Entropy
) -> Sequence[LogStream]:
    """Return a stream for each place that takes the log."""
    asked = settings.log_stream
    if asked is None:
        return ()
    sinks: dict[str, Sink] = {}
    if asked.standard_output:
        sinks[STANDARD_OUTPUT] = StandardOutput()
    if asked.webhook is not None and asked.secret is not None:
        sinks[WEBHOOK] = LogWebhook(
            url=asked.webhook, secret=asked.secret, client=outbound, clock=clock
        )
    holder = random_id(entropy)
    return [
        LogStream(name=name, sink=sink, streams=store.log_streams, holder=holder, clock=clock)
        for name, sink in sinks.items()
    ]
