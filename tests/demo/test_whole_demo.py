"""The demo of ``make run``, as its user sees it."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def free_ports() -> int:
    """Return a port that is free, and so are the two behind it."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as found:
            first: int = found.getsockname()[1]
        try:
            for port in range(first, first + 3):
                socket.create_server(("127.0.0.1", port)).close()
        except (OSError, OverflowError):
            continue
        return first


def tile(folder: Path, application: str) -> str:
    """Return where the tile of an application leads."""
    words = [sys.executable, "-m", "proofup", "app", "show", application, "--json"]
    done = subprocess.run(
        [*words, "--folder", str(folder)], capture_output=True, text=True, check=True
    )
    home_page: str = json.loads(done.stdout)["homePage"]
    return home_page


def test_the_demo_starts_tells_who_can_sign_in_and_stops_at_ctrl_c(tmp_path: Path) -> None:
    folder = tmp_path / "demo-data"
    service = free_ports()
    phone, smtp = service + 1, service + 2
    words = [sys.executable, "-m", "demo.run", "--folder", str(folder), "--port", str(service)]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    ) as demo:
        assert demo.stdout is not None
        told = []
        for line in demo.stdout:
            told.append(line)
            if "Ctrl-C stops everything" in line:
                break
        shown = "".join(told)
        people = json.loads((folder / "people.json").read_text())
        for person in people:
            assert person["user_principal_name"] in shown
            assert person["password"] in shown
        assert f"Start here: http://localhost:{phone}/" in shown
        for port, path in ((service, "/signin"), (phone, "/"), (phone, "/phone"), (phone, "/mail")):
            connection = http.client.HTTPConnection("localhost", port, timeout=10)
            connection.request("GET", path)
            assert connection.getresponse().status == 200
            connection.close()
        assert tile(folder, "Expenses") == f"http://localhost:{phone}/expenses/open"
        assert "setup@contoso.test" not in shown
        demo.send_signal(signal.SIGINT)
        rest = demo.communicate(timeout=60)[0]
    assert demo.returncode == 0, rest
    assert "Stopping" in rest
    for port in (service, phone, smtp):
        socket.create_server(("127.0.0.1", port)).close()  # everything has ended
    assert not (folder / "people.csv").exists()
    for name in ("people.json", "carrier.secret"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
