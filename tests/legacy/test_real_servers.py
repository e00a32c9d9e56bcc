"""FreeRADIUS and Dovecot ask about app passwords, set up as the operator's page says."""

import asyncio
import getpass
import grp
import imaplib
import os
import re
import shutil
import socket
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from mounted import mounted
from proofup.directory.app_passwords import AddAppPassword, AppPassword, drawn_app_password
from proofup.legacy.door import Legacy
from proofup.values.ids import AppPasswordId, random_id
from proofup.values.secret import Secret
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
PAGE = Path(__file__).parents[2] / "docs" / "operators" / "app-passwords.md"
ROBIN = "robin.ashby@contoso.test"
SECRET = "the-secret-of-the-mail-server-32"
SHARED = "between the client and RADIUS"
PATIENCE_SECONDS = 20
RADIUS = """
prefix = /usr
raddbdir = {folder}
logdir = {folder}
run_dir = {folder}
libdir = /usr/lib/freeradius
modconfdir = {folder}
pidfile = {folder}/radiusd.pid
log {{
  destination = stdout
}}
thread pool {{
  start_servers = 2
  max_servers = 4
}}
client localhost {{
  ipaddr = 127.0.0.1
  secret = "{shared}"
  require_message_authenticator = yes
}}
modules {{
{rest}
}}
server proofup {{
  listen {{
    type = auth
    ipaddr = 127.0.0.1
    port = {port}
  }}
{sections}
}}
"""
DOVECOT = """
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
default_login_user = {login}
first_valid_uid = 0
auth_cache_size = 0
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  chroot =
}}
service auth {{
  user = {user}
}}
service auth-worker {{
  user = {user}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = lua
  args = file={folder}/auth.lua blocking=yes
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def installed(program: str, *files: str) -> str:
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None or not all(Path(one).exists() for one in files):
        pytest.skip(f"NOT TESTED WITH {program.upper()}: it is not installed")
    return found


def block(begins: str, origin: str) -> str:
    """Return the block of the operator's page that begins so, for this service."""
    (found,) = (
        str(one)
        for one in re.findall(r"```\w*\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        if one.startswith(begins)
    )
    return found.replace("https://id.contoso.com", origin).replace(
        "the same as legacy.secret", SECRET
    )


@pytest.fixture
async def letters(world: World) -> str:
    """Give the letters of an app password."""
    robin = await world.person()
    drawn = drawn_app_password(world.entropy)
    new = AppPassword(
        id=AppPasswordId(random_id(world.entropy)),
        user_id=robin.user.id,
        name="old laptop",
        digest=world.sign_in.app_password_digests(robin.user.id, drawn)[0],
        created_at=world.now,
    )
    await world.store.commit(AddAppPassword(new=new))
    return drawn.reveal()


@asynccontextmanager
async def proofup(world: World) -> AsyncIterator[str]:
    """Serve the door on a free port, and give its origin."""
    port = free_port()
    app = mounted(Legacy(world.sign_in, Secret(SECRET)).door(), clock=lambda: world.now)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def radius_says(port: int, name: str, password: str) -> str:
    """Return what ``radclient`` prints, once the server answers."""
    quoted = name.replace('"', '\\"')
    asked = f'User-Name = "{quoted}"\nUser-Password = "{password}"\nMessage-Authenticator = 0x00\n'
    command = ("radclient", "-x", "-r", "1", "-t", "3", f"127.0.0.1:{port}", "auth", SHARED)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            asking = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
            )
            said = (await asking.communicate(asked.encode()))[0].decode()
            if "Received" in said:
                return said


@pytest.mark.slow
async def test_LEG_03_free_radius_lets_an_app_password_in_and_nothing_else(
    world: World, letters: str, tmp_path: Path
) -> None:
    program = installed("freeradius", "/usr/lib/freeradius/rlm_rest.so", "/usr/bin/radclient")
    port = free_port()
    async with proofup(world) as origin:
        configuration = RADIUS.format(
            folder=tmp_path,
            shared=SHARED,
            rest=block("rest {", origin),
            port=port,
            sections=block("authorize {", origin),
        )
        (tmp_path / "radiusd.conf").write_text(configuration, encoding="utf-8")
        command = (program, "-d", str(tmp_path), "-D", "/usr/share/freeradius", "-f")
        async with running(*command, "-l", "stdout"):
            assert "Access-Accept" in await radius_says(port, ROBIN, letters)
            assert "Access-Reject" in await radius_says(port, ROBIN, "a" * 26)
            assert "Access-Reject" in await radius_says(port, ROBIN, PASSWORD)
            assert "Access-Reject" in await radius_says(port, 'x","userName":"' + ROBIN, letters)


def logged_in(port: int, password: str) -> bool:
    with imaplib.IMAP4("127.0.0.1", port) as client:
        try:
            client.login(ROBIN, password)
        except imaplib.IMAP4.error:
            return False
        return True


@pytest.mark.slow
async def test_LEG_03_dovecot_opens_the_mailbox_with_an_app_password(
    world: World, letters: str, tmp_path: Path
) -> None:
    program = installed("dovecot", "/usr/lib/dovecot/modules/auth/libauthdb_lua.so")
    port = free_port()
    (tmp_path / "run").mkdir()
    (tmp_path / "mail").mkdir()
    user, group = getpass.getuser(), grp.getgrgid(os.getegid()).gr_name
    login = "dovenull" if user == "root" else user  # Dovecot's own, where it may change users
    async with proofup(world) as origin:
        (tmp_path / "auth.lua").write_text(block("local secret", origin), encoding="utf-8")
        (tmp_path / "dovecot.conf").write_text(
            DOVECOT.format(folder=tmp_path, port=port, user=user, group=group, login=login),
            encoding="utf-8",
        )
        async with running(program, "-F", "-c", str(tmp_path / "dovecot.conf")):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await asyncio.to_thread(_listens, port):  # noqa: ASYNC110 - it is no event
                    await asyncio.sleep(0.1)
            assert await asyncio.to_thread(logged_in, port, letters)
            assert not await asyncio.to_thread(logged_in, port, PASSWORD)


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
