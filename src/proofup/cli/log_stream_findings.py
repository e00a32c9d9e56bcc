"""What ``proofup doctor`` says of the streams of the log: whether what takes them keeps up."""

from datetime import timedelta

from proofup.assembly.log_stream import stream_names
from proofup.cli.findings import Finding, Health
from proofup.cli.opening import Opened

# A batch goes out within a second; one that is refused is tried again within five minutes.
LATE, TOO_LATE = timedelta(minutes=2), timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


async def of_log_streams(service: Opened) -> list[Finding]:
    """Check how far each stream is behind the log."""
    return [await _of_stream(service, name) for name in stream_names(service.settings)]


async def _of_stream(service: Opened, name: str) -> Finding:
    what = f"log stream to {name}"
    behind = await service.store.log_streams.behind(name)
    if behind is None:
        return Finding(what, Health.WARN, "has not begun", "Start a server with this setting.")
    if behind.oldest_at is None:
        return Finding(what, Health.OK, "has sent everything")
    age = service.at - behind.oldest_at
    noun = "entry waits" if behind.waiting == 1 else "entries wait"
    words = f"{behind.waiting} {noun}, the oldest for {age // MINUTE} min"
    if age <= LATE:
        return Finding(what, Health.OK, words)
    fix = "Look whether a server runs, and in its log for why the log is not taken."
    return Finding(what, Health.WARN if age <= TOO_LATE else Health.BAD, words, fix)
