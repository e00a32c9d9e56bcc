"""The checks of ``proofup doctor``; each returns its findings and how to fix them."""

import asyncio
import contextlib
import shutil
import ssl
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from proofup.cli.opening import Opened
from proofup.config.settings import Settings, Smpp, Smtp, SmtpSecurity
from proofup.delivery.outbound import ForbiddenTargetError, OutboundClient, UnreachableError
from proofup.storage.maintenance.state import state_of
from proofup.storage.schema import sqlite_path
from proofup.storage.store import SQLITE
from proofup.web.public_url import LOOPBACK

ROOM_WARN, ROOM_BAD = 1 << 30, 100 << 20  # bytes that are free
LONGEST_LOG = 256 << 20  # bytes of SQLite's write-ahead log
SKEW = timedelta(seconds=30)
WAITING_WARN, WAITING_BAD = timedelta(minutes=2), timedelta(minutes=15)
PATIENCE_SECONDS = 5.0
MEND = "Look at its address, its certificate, the firewall."


class Health(StrEnum):
    """How severe a finding is."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Finding(Struct, frozen=True):
    """The subject of a check, its health, a description, and what to do."""

    what: str
    health: Health
    words: str
    fix: str = ""


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Check the settings as a whole, and the folder."""
    mode = settings.folder.stat().st_mode & 0o777
    if mode & 0o077:
        fix = f"Run `chmod 0700 {settings.folder}`."
        yield Finding("folder", Health.WARN, f"is open to other users (mode {mode:04o})", fix)
    else:
        yield Finding("folder", Health.OK, f"{settings.folder} is its owner's alone")
    url = settings.public_url
    is_local = all(one.host in LOOPBACK for one in settings.listen)
    if url.is_secure and not settings.trusted_proxies:
        fix = "Put a proxy that speaks TLS in front, and name it in trusted_proxies."
        yield Finding("public_url", Health.WARN, "is https, and no proxy is trusted", fix)
    elif not url.is_secure and not is_local:
        fix = "Listen on 127.0.0.1, or make the public URL https."
        yield Finding("public_url", Health.BAD, "is http, and other machines reach it", fix)
    else:
        yield Finding("public_url", Health.OK, url.origin)
    yield _room(settings.folder)
    if settings.database.reveal().startswith(SQLITE):
        yield _log(sqlite_path(settings.database.reveal()))


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    words = f"{free >> 20} MiB are free"
    if free >= ROOM_WARN:
        return Finding("disk", Health.OK, words)
    health = Health.WARN if free >= ROOM_BAD else Health.BAD
    return Finding("disk", health, words, "Make room: a full disk stops every sign-in.")


def _log(database: Path) -> Finding:
    log = database.with_name(database.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    words = f"the write-ahead log has {size >> 20} MiB"
    if size <= LONGEST_LOG:
        return Finding("database log", Health.OK, words)
    fix = "Look for a program that reads the database for long, such as a copy in progress."
    return Finding("database log", Health.WARN, words, fix)


async def of_store(service: Opened) -> list[Finding]:
    """Check the database, which the key file has opened."""
    found = [Finding("key", Health.OK, "the key file opens the database")]
    fingerprints = await service.store.data_keys.fingerprints()
    if len(fingerprints) > 1:
        fix = "Give the new file to every node, then run `proofup rotate-keys --prune`."
        found.append(Finding("key", Health.WARN, "an older key file opens it too", fix))
    head = await service.store.audit.head()
    is_there = head is None or await service.store.audit.holds(head.sequence, head.digest)
    if is_there:
        found.append(Finding("audit log", Health.OK, "its newest entry is there"))
    else:
        fix = "Run `proofup audit verify`, and find out who wrote into the database."
        found.append(Finding("audit log", Health.BAD, "its newest entry is not there", fix))
    state = await state_of(service.store.engine)
    newest, oldest = state.newest_entry_at, state.oldest_at
    if newest is not None and newest > service.at + SKEW:
        fix = "Set the clock of this host, and of every node: codes of apps go by it."
        words = f"the newest entry was written at {newest:%Y-%m-%d %H:%M:%S} UTC, after now"
        found.append(Finding("clock", Health.BAD, words, fix))
    else:
        found.append(Finding("clock", Health.OK, f"{service.at:%Y-%m-%d %H:%M:%S} UTC"))
    age = timedelta(0) if oldest is None else service.at - oldest
    words = f"{state.waiting} messages wait, the oldest for {age // timedelta(minutes=1)} min"
    health = Health.OK
    if age > WAITING_WARN:
        health = Health.WARN if age <= WAITING_BAD else Health.BAD
    fix = "" if health is Health.OK else "Look whether a server runs and its carriers answer."
    found.append(Finding("outbox", health, words, fix))
    return found


async def of_neighbours(settings: Settings) -> list[Finding]:
    """Connect to carriers as the sender would, and to the mail server; send nothing."""
    outbound = OutboundClient(allow=settings.outbound_allow)
    looks = [_carrier(outbound, what, url) for what, url in _carriers(settings)]
    if settings.texts and settings.texts.smpp:
        looks.append(_operator(outbound, settings.texts.smpp))
    if settings.smtp:
        looks.append(_mail_server(settings.smtp))
    found = list(await asyncio.gather(*looks))
    for what, is_set in (("texts", settings.texts), ("smtp", settings.smtp)):
        if is_set is None:
            found.append(Finding(what, Health.WARN, "is not set up", "See the settings."))
    return found


def _carriers(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.texts and settings.texts.webhook:
        yield "texts", settings.texts.webhook
    if settings.texts and settings.texts.kannel:
        yield "texts.kannel", settings.texts.kannel.url
    if settings.calls and settings.calls.webhook:
        yield "calls", settings.calls.webhook
    for name, section in (("texts", settings.texts), ("calls", settings.calls)):
        if section and section.twilio:
            yield f"{name}.twilio", section.twilio.url
    if settings.log_stream and settings.log_stream.webhook:
        yield "log_stream", settings.log_stream.webhook


async def _carrier(outbound: OutboundClient, what: str, url: str) -> Finding:
    place = urlsplit(url).netloc
    try:
        await outbound.reach(url)
    except ForbiddenTargetError as error:
        fix = "If it is yours, name it in `outbound_allow`."
        return Finding(what, Health.BAD, f"{place} is not called: {error.reason}", fix)
    except UnreachableError as error:
        words = f"{place} cannot be reached: {error.reason}"
        return Finding(what, Health.BAD, words, MEND)
    return Finding(what, Health.OK, f"{place} answers")


async def _operator(outbound: OutboundClient, smpp: Smpp) -> Finding:
    place = f"{smpp.host}:{smpp.port}"
    try:
        _, writer = await outbound.connect(smpp.host, smpp.port, tls=smpp.tls)
    except UnreachableError as error:
        words = f"{place} cannot be reached: {error.reason}"
        return Finding("texts.smpp", Health.BAD, words, MEND)
    writer.close()
    return Finding("texts.smpp", Health.OK, f"{place} answers")


async def _mail_server(smtp: Smtp) -> Finding:
    """Connect to the mail server, with TLS if it starts with the first byte."""
    context = ssl.create_default_context() if smtp.security is SmtpSecurity.TLS else None
    place = f"{smtp.host}:{smtp.port}"
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(smtp.host, smtp.port, ssl=context)
    except (OSError, TimeoutError) as error:
        words = f"{place} cannot be reached: {getattr(error, 'strerror', '') or 'no answer'}"
        return Finding("smtp", Health.BAD, words, MEND)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return Finding("smtp", Health.OK, f"{place} answers")
