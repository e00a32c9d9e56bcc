"""Runs the demo: the service with an organisation, and its start page with phone and mailbox.

    python -m demo.run

``make run`` starts this. The first run creates the folder ``demo-data``; delete the folder to start
again.
"""

import argparse
import asyncio
import http.client
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.organisation import PreparationError, environment, prepare
from demo.people import Person
from rich.console import Console

STARTING_SECONDS = 60
STOPPING_SECONDS = 25  # the service lets requests in progress finish for 20
LAST_LINES = 15
PROBING_SECONDS = 2


@dataclass(frozen=True)
class Ports:
    """Where the three programs listen."""

    service: int
    phone: int
    smtp: int


@dataclass
class Program:
    """A child process and its output."""

    name: str
    process: Process
    log: Path

    def last_lines(self) -> str:
        """Return the end of its output."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:]) or "(it said nothing)"


class DemoError(Exception):
    """The demo cannot run; the message is for the person who runs it."""


async def run(folder: Path, ports: Ports, console: Console) -> None:
    """Run until Ctrl-C or until one of the programs ends."""
    refuse_taken(ports)
    service_url, own_url = (f"http://localhost:{port}" for port in (ports.service, ports.phone))
    with console.status("Preparing the organisation …"):
        people = await asyncio.to_thread(prepare, folder, service_url, own_url)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    programs: list[Program] = []
    try:
        programs += [
            await start_phone(folder, ports, service_url),
            await start_service(folder, ports),
        ]
        with console.status("Starting …"):
            ready = asyncio.create_task(_all_answering(ports))
            await first_of(ready, stop, programs)
        if not stop.is_set():
            _tell(console, people, ports, folder)
            await first_of(None, stop, programs)
        console.print("\nStopping …")
    finally:
        for program in reversed(programs):  # the service first: it may still send texts
            await end(program)


def refuse_taken(ports: Ports) -> None:
    """Raise DemoError if a port is in use, with the port and what to do."""
    for port in (ports.service, ports.phone, ports.smtp):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            message = (
                f"Port {port} is in use by another program. Stop that program, or choose other "
                f"ports, three in a row: make run PORT={ports.service + 1000}"
            )
            raise DemoError(message) from error


async def start_service(folder: Path, ports: Ports) -> Program:
    """Start ``proofup serve`` on the demo's folder, sending to the demo's phone and mailbox."""
    settings = environment(folder, phone_port=ports.phone, smtp_port=ports.smtp) | {
        "PROOFUP_LISTEN": f"127.0.0.1:{ports.service}",
        "PROOFUP_PUBLIC_URL": f"http://localhost:{ports.service}",
    }
    words = ["-m", "proofup", "serve", "--folder", str(folder)]
    return await start("The service", words, folder / "service.log", settings)


async def start_phone(folder: Path, ports: Ports, service_url: str) -> Program:
    """Start the phone and the mailbox."""
    words = ["-m", "demo.phone", "--folder", str(folder), "--service-url", service_url]
    words += ["--port", str(ports.phone), "--smtp-port", str(ports.smtp)]
    return await start("The demo's phone", words, folder / "phone.log", {})


async def start(name: str, words: list[str], log: Path, settings: dict[str, str]) -> Program:
    """Start a Python program, with ``settings`` in its environment and its output in ``log``."""
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            stdout=out,
            stderr=out,
            env=os.environ | settings,
            cwd=Path(__file__).parents[1],
            start_new_session=True,  # Ctrl-C reaches only this process, which ends the two in order
        )
    return Program(name, process, log)


async def _all_answering(ports: Ports) -> None:
    """Return once both programs answer."""
    await answering(ports.phone, "/")
    await answering(ports.service, "/readyz")


async def answering(port: int, path: str) -> None:
    """Return once the program on ``port`` answers ``path`` with 200."""
    while not await asyncio.to_thread(_answers, port, path):  # noqa: ASYNC110 - it tells by answering
        await asyncio.sleep(0.1)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=PROBING_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


async def first_of(
    ready: asyncio.Task[Any] | None, stop: asyncio.Event, programs: Sequence[Program]
) -> None:
    """Return once ``ready`` is done or ``stop`` is set; raise DemoError where a program died."""
    ends = [asyncio.create_task(program.process.wait()) for program in programs]
    stopped = asyncio.create_task(stop.wait())
    waited = {stopped, *ends} | ({ready} if ready else set())
    limit = STARTING_SECONDS if ready else None
    try:
        done, _ = await asyncio.wait(waited, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waited:
            task.cancel()
    if stopped in done:
        return
    for program, end in zip(programs, ends, strict=True):
        if end in done:
            message = f"{program.name} ended by itself. Its last words:\n{program.last_lines()}"
            raise DemoError(message)
    if not done:
        slow = "\n".join(f"{program.name}:\n{program.last_lines()}" for program in programs)
        message = f"The demo did not start within {STARTING_SECONDS} s.\n{slow}"
        raise DemoError(message)


async def end(program: Program) -> None:
    """Terminate a program, and kill it if it does not end."""
    if program.process.returncode is not None:
        return
    program.process.terminate()
    try:
        await asyncio.wait_for(program.process.wait(), STOPPING_SECONDS)
    except TimeoutError:
        program.process.kill()
        await program.process.wait()


def _tell(console: Console, people: Sequence[Person], ports: Ports, folder: Path) -> None:
    rows = [("User name", "Password", "Phone", "")]
    for person in people:
        role = "administrator" if person.administrator else ""
        phone = person.phone or "none yet"
        rows.append((person.user_principal_name, person.password, phone, role))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    console.print(f"\nStart here: http://localhost:{ports.phone}/", style="bold")
    console.print("A tour in three steps, with everybody's phone and mail beside it.")
    console.print("\nWho can sign in", style="bold")
    for row in rows:  # not a rich table, which would cut the passwords in a narrow window
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print("  " + "   ".join(cells).rstrip(), markup=False)
    console.print(f"\nProofup             http://localhost:{ports.service}")
    console.print(f"Its administrators  http://localhost:{ports.service}/admin")
    console.print(f"\nThe data and the logs lie in {folder}. Ctrl-C stops everything.")


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="A running organisation to try Proofup with.")
    parser.add_argument("--folder", type=Path, default=Path("demo-data"))
    parser.add_argument(
        "--port", type=int, default=8080, help="of Proofup; the next two are the demo's own"
    )
    given = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    ports = Ports(given.port, given.port + 1, given.port + 2)
    try:
        asyncio.run(run(given.folder.absolute(), ports, console))
    except (DemoError, PreparationError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
