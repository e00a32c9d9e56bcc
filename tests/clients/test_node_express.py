"""The Node web application of ``docs/clients/node-express.md``, run as it stands there."""

from pathlib import Path

import anyio

from clients.cloud import Account, Cloud, opens
from clients.conftest import free_port
from clients.pages import lines_of
from clients.signing_in import browsing, through

PAGE = "node-express.md"


def test_a_person_signs_in_to_a_node_site_with_a_second_proof(
    node: Cloud, account: Account, tmp_path: Path
) -> None:
    port = free_port()
    site = f"http://localhost:{port}"
    told = node.application("Staff site", "--web", f"{site}/callback")
    node.proofup("app", "grant", told["clientId"], "User.Read", "--delegated")
    command = node.program(tmp_path, "js", node.filled(lines_of(PAGE, "js"), told, site))

    async def visits() -> None:
        async with browsing(node) as visitor:
            page = await through(visitor, f"{site}/", account)
            assert account.name in page.text
            assert account.name in (await visitor.open(f"{site}/")).text
            left = await visitor.http.get(f"{site}/logout", follow_redirects=False)
            left = await visitor.http.get(left.headers["location"])
            assert left.headers["location"] == f"{site}/callback"
            assert (await visitor.open("/security-info")).path.startswith("/signin")

    with node.running(command, tmp_path, PORT=str(port)):
        opens(f"{site}/login")
        anyio.run(visits)
