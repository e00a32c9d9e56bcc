"""``proofup serve``: opens everything, answers until TERM comes, closes everything in order."""

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from proofup.assembly.checkpoint import checkpoint_file, note
from proofup.assembly.hashing import password_hashing
from proofup.assembly.log_stream import log_streams
from proofup.assembly.service import build
from proofup.assembly.storage import open_storage
from proofup.cli.job_worker import JobWorker
from proofup.cli.output import Output
from proofup.cli.upkeep import (
    Checkpoints,
    ClockWatch,
    KeyWatch,
    clean,
    keep_checkpoint,
    tell_of_budgets,
)
from proofup.config.addresses import Listen
from proofup.config.reading import read_settings
from proofup.config.settings import Settings
from proofup.serving.guard import Guard
from proofup.serving.log_lines import log_to
from proofup.serving.server import listening_socket, serve
from proofup.values.ids import random_id
from proofup.web.public_url import LOOPBACK, PublicUrl

log = logging.getLogger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how it may be served to try things."""
    parser.add_argument(
        "--dev-tls", action="store_true", help="HTTPS for localhost, by an authority made here"
    )


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Serve until told to stop."""
    settings = read_settings(arguments.folder, os.environ)
    log_to(sys.stderr, level=settings.log_level)
    certificate = None
    if arguments.dev_tls:
        settings, certificate = _with_dev_tls(settings, output)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, certificate, output))
    return 0


async def _serve(settings: Settings, certificate: tuple[Path, Path] | None, output: Output) -> None:
    async with contextlib.AsyncExitStack() as closing:
        listeners = [_listening(one, closing) for one in settings.listen]
        store = await open_storage(settings, entropy=os.urandom, serving=True)
        closing.push_async_callback(store.close)
        hashing = password_hashing(settings, store.keys, entropy=os.urandom)
        closing.callback(hashing.close)
        service = build(settings, store, hashing, clock=_now, entropy=os.urandom)
        closing.push_async_callback(service.close)
        streams = log_streams(settings, store, service.outbound, clock=_now, entropy=os.urandom)
        kept = checkpoint_file(settings)
        if kept is not None:
            closing.push_async_callback(note, store, kept)  # once the last request was answered
        for work in (
            *((keep_checkpoint(store, kept),) if kept else ()),
            clean(store.cleanup, _now),
            Checkpoints(store.audit, _now).keep(),
            KeyWatch(store, settings.key_file).keep(),
            ClockWatch(_now).keep(),
            tell_of_budgets(service.room, _now),
            *(one.keep() for one in streams),
            JobWorker(service.acts, _now, random_id(os.urandom)).keep(),
        ):
            closing.push_async_callback(_ended, asyncio.create_task(work))
        service.sender.start()
        _warn(settings, has_tls=certificate is not None)
        gc.collect()
        gc.freeze()  # what is here now stays; the collector need not look at it again
        await serve(
            service.app,
            listeners,
            guard=Guard(trusted_proxies=settings.trusted_proxies),
            started=_started(settings, listeners, output),
            certificate=certificate,
        )


def _listening(address: Listen, closing: contextlib.AsyncExitStack) -> socket.socket:
    listener = listening_socket(address.host, address.port)
    closing.callback(listener.close)
    return listener


def _started(
    settings: Settings, listeners: Sequence[socket.socket], output: Output
) -> Callable[[], None]:
    def tell() -> None:
        url = settings.public_url.origin
        opened = zip(settings.listen, listeners, strict=True)
        where = [str(Listen(one.host, listener.getsockname()[1])) for one, listener in opened]
        facts = {"publicUrl": url, "listening": ", ".join(where)}
        output.say(f"Proofup answers on {facts['listening']} as {url}", facts)

    return tell


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _warn(settings: Settings, *, has_tls: bool) -> None:
    """Say what works but is not what an operator wants for long."""
    if settings.public_url.is_secure and not has_tls and not settings.trusted_proxies:
        log.warning(
            "public_url is https, and nothing here speaks TLS: put a proxy in front of it and "
            "name the proxy in trusted_proxies, or everybody seems to come from one address"
        )
    if not settings.public_url.is_secure and not _is_local(settings):
        log.warning("public_url is http, and listen is open to other machines")
    if settings.texts is None:
        log.warning("texts are not set up: nobody can be sent a code")
    if settings.smtp is None:
        log.warning("smtp is not set up: nobody is told by mail of a change")


def _is_local(settings: Settings) -> bool:
    return all(one.host in LOOPBACK for one in settings.listen)


def _with_dev_tls(settings: Settings, output: Output) -> tuple[Settings, tuple[Path, Path]]:
    from proofup.serving.dev_tls import dev_certificate

    files = dev_certificate(settings.folder, at=_now())
    url = PublicUrl.of(f"https://localhost:{settings.listen[0].port}")
    output.note(
        f"HTTPS for {url.origin}, to try things. Trust {files.authority} to be believed, "
        f"for example: curl --cacert {files.authority} {url.origin}/healthz"
    )
    return replace(settings, public_url=url), (files.chain, files.key)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return None
    return uvloop.new_event_loop


def _now() -> datetime:
    return datetime.now(UTC)
