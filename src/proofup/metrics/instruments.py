"""All figures, with their names, labels and help texts; see ``docs/operators/metrics.md``.

Names follow Prometheus: base units, and ``_total`` for counters.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
WRITE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Instruments:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = self._counter(
            "requests", "Requests that ended, by route", "method", "route", "status"
        )
        self.request_seconds = Histogram(
            "proofup_request_seconds",
            "How long requests took, by route",
            ("route",),
            buckets=REQUEST_SECONDS,
            registry=self.registry,
        )
        self.sign_ins = self._counter(
            "sign_ins", "Ends of sign-ins and refusals on the way, by step", "step", "outcome"
        )
        self.challenges = self._counter(
            "challenges", "Challenges begun and what came of them", "way", "outcome"
        )
        self.messages = self._counter(
            "messages", "What carriers said to each message", "kind", "carrier", "outcome"
        )
        self.limits = self._counter("limits_refused", "Tries that a limit refused", "limit")
        self.write_seconds = Histogram(
            "proofup_write_seconds",
            "How long it took until writes were durable, or refused",
            buckets=WRITE_SECONDS,
            registry=self.registry,
        )
        self.writes_failed = self._counter(
            "writes_failed", "Writes that the database did not take", "outcome"
        )
        self.outbox_messages = self._gauge("outbox_messages", "Messages that wait", "kind")
        self.outbox_oldest = self._gauge(
            "outbox_oldest_seconds", "Age of the oldest message that waits", "kind"
        )
        self.hashes = self._gauge("hashes", "Password hashes that run or wait")
        self.most_hashes = self._gauge("hashes_most", "Hashes beyond which requests are refused")

        self.budget_used = self._gauge(
            "budget_used_ratio", "What is spent of a day's budget for the whole service", "budget"
        )

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"proofup_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"proofup_{name}", says, labels, registry=self.registry)
