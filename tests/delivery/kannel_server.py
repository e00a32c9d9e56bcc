"""A real Kannel in its own folder, on free ports, with one user and one operator."""

import asyncio
import contextlib
import os
import shutil
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SERVERS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
BOXES = ("bearerbox", "smsbox")
USER, PASSWORD = "proofup", "a password of Kannel's"
STARTING_SECONDS = 20
CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
admin-password = a
status-password = s
box-allow-ip = "127.0.0.1"
box-deny-ip = "*.*.*.*"
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = operator
host = 127.0.0.1
port = {operator}
transceiver-mode = true
smsc-username = proofup
smsc-password = secret
system-type = ""
msg-id-type = 0x03
reconnect-delay = 1
denied-prefix = "+99"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 3
http-queue-delay = 1

group = sendsms-user
username = {user}
password = {password}
concatenation = true
max-messages = 3
"""


@dataclass(frozen=True)
class Kannel:
    """A running Kannel."""

    port: int
    admin_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cgi-bin/sendsms"

    async def sees_operator(self, *, online: bool) -> None:
        """Return once Kannel knows whether its operator is connected."""
        async with asyncio.timeout(STARTING_SECONDS):
            while (b"(online" in await self._status()) is not online:  # noqa: ASYNC110 - it has to be asked
                await asyncio.sleep(0.05)

    async def _status(self) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.admin_port)
        writer.write(b"GET /status.txt?password=s HTTP/1.0\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def programs() -> list[str]:
    found = [shutil.which(box, path=SERVERS) for box in BOXES]
    if None in found:
        pytest.skip("NOT TESTED WITH KANNEL: bearerbox and smsbox are not installed")
    return [str(program) for program in found]


@contextlib.asynccontextmanager
async def kannel(folder: Path, *, operator_port: int) -> AsyncIterator[Kannel]:
    """Run both boxes until the end of the block."""
    running = Kannel(port=free_port(), admin_port=free_port())
    boxes = free_port()
    file = folder / "kannel.conf"
    file.write_text(
        CONFIGURATION.format(
            admin=running.admin_port,
            boxes=boxes,
            operator=operator_port,
            sendsms=running.port,
            user=USER,
            password=f'"{PASSWORD}"',
        )
    )
    bearerbox, smsbox = programs()
    started: list[Process] = []
    try:
        for program, port in ((bearerbox, boxes), (smsbox, running.port)):
            with (folder / f"{Path(program).name}.log").open("wb") as log:
                started.append(
                    await asyncio.create_subprocess_exec(
                        program, str(file), stdout=log, stderr=log, cwd=folder
                    )
                )
            await _listening(port)
        yield running
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            await _ended(process)


async def _listening(port: int) -> None:
    async with asyncio.timeout(STARTING_SECONDS):
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.02)  # polling: nothing signals that it listens


async def _ended(process: Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), STARTING_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
