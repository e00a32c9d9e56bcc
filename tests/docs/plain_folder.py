"""Runs documented commands in a plain folder, instead of as root of a machine of its own.

Paths of the machine lie below the folder; users and services are those of the test.
"""

import os
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).parents[2]
PATIENCE_SECONDS = 240


@dataclass
class PlainFolder:
    """A machine that is a folder; ``instead`` says what else stands for something else here."""

    root: Path
    instead: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def here(self, text: str) -> str:
        """Return ``text`` with the paths and names of this folder."""
        for name, other in self.instead.items():
            text = text.replace(name, other)
        for path in ("/opt/", "/srv/", "/etc/", "/src"):
            text = text.replace(path, f"{self.root}{path}")
        return text

    def make(self, *folders: str) -> None:
        """Make folders that every machine has."""
        for one in folders:
            (self.root / one).mkdir(parents=True, mode=0o755, exist_ok=True)

    def run(self, command: str, *, where: Path = TOP, **more: str) -> str:
        """Run one command in a shell, with the folder's paths, and return what it prints."""
        done = subprocess.run(
            ["sh", "-c", self.here(command)],
            cwd=where,
            env=os.environ | OFFLINE | dict(self.environment) | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        self._let_packages_be_found()
        return done.stdout

    def _let_packages_be_found(self) -> None:
        """Let a new venv find what this one has, so that nothing is downloaded."""
        for folder in self.root.glob("opt/*/lib/python3*/site-packages"):
            (folder / "here.pth").write_text(sysconfig.get_path("purelib") + "\n")


# pip finds every requirement in the packages of the tests, and asks no index.
OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
}


def words_of(command: str) -> Sequence[str]:
    """Return the words of a command without ``sudo -u SOMEBODY``."""
    words = shlex.split(command)
    return words[3:] if words[0] == "sudo" else words
