"""The PHP site of ``docs/clients/apache-php.md``: Apache, mod_auth_openidc and PHP as packaged."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from clients.cloud import Account, Cloud, opens
from clients.conftest import free_port
from clients.pages import lines_of
from clients.signing_in import browsing, through

PAGE = "apache-php.md"
MODULES = Path("/usr/lib/apache2/modules")
SERVER = """
ServerRoot {folder}
DocumentRoot {folder}/www
Listen 127.0.0.1:{port}
ServerName localhost
PidFile {folder}/pid
Mutex file:{folder}
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
{modules}
<Directory {folder}/www>
    Require all granted
</Directory>
<FilesMatch \\.php$>
    SetHandler application/x-httpd-php
</FilesMatch>
OIDCCABundlePath {authority}
"""
NEEDED = ("mpm_prefork", "authn_core", "authz_core", "authz_user", "auth_openidc")


@contextmanager
def serving(cloud: Cloud, folder: Path, site: str, lines: str) -> Iterator[None]:
    """Run Apache with the lines of the page."""
    php = next(iter(sorted(MODULES.glob("libphp*.so"))), None)
    if php is None or not (MODULES / "mod_auth_openidc.so").exists():
        pytest.skip("NOT TESTED WITH APACHE: mod_auth_openidc or mod_php is not installed")
    modules = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in NEEDED]
    told = {"folder": folder, "port": site.rpartition(":")[2], "authority": cloud.authority_file}
    server = SERVER.format(modules="\n".join([*modules, f"LoadModule php_module {php}"]), **told)
    (folder / "httpd.conf").write_text(server + lines, encoding="utf-8")
    command = ["/usr/sbin/apache2", "-X", "-f", str(folder / "httpd.conf")]
    started = subprocess.Popen(command, env={**cloud.environment, "APACHE_RUN_DIR": str(folder)})
    try:
        opens(f"{site}/")
        yield
    finally:
        started.terminate()
        started.wait(30)


def test_a_person_signs_in_to_a_php_site_with_a_second_proof(
    cloud: Cloud, account: Account, tmp_path: Path
) -> None:
    site = f"http://localhost:{free_port()}"
    back = f"{site}/protected/redirect_uri"
    told = cloud.application("PHP site", "--web", back)
    cloud.proofup("app", "grant", told["clientId"], "User.Read", "--delegated")
    page = tmp_path / "www" / "protected" / "index.php"
    page.parent.mkdir(parents=True)
    page.write_text(lines_of(PAGE, "php"), encoding="utf-8")
    (tmp_path / "www" / "index.html").write_text("Everybody sees this.")

    async def visits() -> None:
        async with browsing(cloud) as visitor:
            protected = f"{site}/protected/index.php"
            seen = await through(visitor, protected, account)
            assert f"({account.name})" in seen.text
            assert "Hello Ash Quill" in seen.text
            again = await visitor.open(protected)
            assert again.text == seen.text
            await visitor.http.get(f"{back}?logout={site}%2F", follow_redirects=True)
            assert (await visitor.open("/security-info")).path.startswith("/signin")

    with serving(cloud, tmp_path, site, cloud.filled(lines_of(PAGE, "apache"), told, site)):
        anyio.run(visits)
