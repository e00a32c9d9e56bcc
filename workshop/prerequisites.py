"""Reports which programs are missing, and which tests are therefore skipped."""

import os
import shutil
import sys
from pathlib import Path

SERVERS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
BROWSER = Path("/usr/bin/chromium")
APACHE = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")


def missing() -> list[str]:
    """Return a line for each program that is not installed."""
    lines = []
    if not (shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))):
        lines.append("PostgreSQL is not installed: only SQLite is tested (package postgresql).")
    if not shutil.which("pgbouncer", path=SERVERS):
        lines.append("PgBouncer is not installed: no pooler is between (package pgbouncer).")
    if not shutil.which("nginx", path=SERVERS):
        lines.append("nginx is not installed: the path of a stranger is not gone (package nginx).")
    if not BROWSER.exists():
        lines.append(f"{BROWSER} is not installed: pages are not tested in a browser.")
    if not shutil.which("oathtool"):
        lines.append("oathtool is not installed: codes are not compared with another program's.")
    if not all(shutil.which(box, path=SERVERS) for box in ("bearerbox", "smsbox")):
        lines.append("Kannel is not installed: texts are not sent by it (package kannel).")
    if not shutil.which("cc"):
        lines.append("There is no C compiler: no disk fails (packages gcc and libc6-dev).")
    if not (shutil.which("node") and shutil.which("npm")):
        lines.append("Node is not installed: no client in JavaScript is run (Node 20, with npm).")
    if not APACHE.exists():
        lines.append(
            "mod_auth_openidc is not installed: no PHP site signs people in "
            "(apache2-bin, libapache2-mod-auth-openidc, libapache2-mod-php)."
        )
    return lines


if __name__ == "__main__":
    for line in missing():
        sys.stderr.write(f"NOT TESTED: {line}\n")
