import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest

from browser.outside import free_port
from host_commands import Proofup, Said
from proofup.cli import findings, log_stream_findings
from proofup.cli.limits_met import PROXY
from proofup.cli.opening import opened
from proofup.config.key_file import write_new_key
from proofup.methods.declaration import Carrier
from proofup.policy.limits import Charge
from proofup.policy.met import met
from proofup.storage.statements import touched
from storage.samples import message

PASSWORD = b"walk to the sea at noon\n"


def health(said: Said) -> dict[str, str]:
    return {one["what"]: one["health"] for one in said.facts["findings"]}


def test_a_new_service_is_healthy_and_told_what_it_lacks(service: Proofup, folder: Path) -> None:
    folder.chmod(0o700)
    said = service("doctor", "--json")
    assert said.code == 0
    found = health(said)
    assert {found[what] for what in ("settings", "folder", "key", "audit log", "clock")} == {"ok"}
    assert {found[what] for what in ("texts", "smtp", "public_url")} == {"warn"}
    assert "ok   audit log: its newest entry is there" in service("doctor").out


def test_KE3_a_key_that_is_not_the_databases_is_bad(service: Proofup, folder: Path) -> None:
    (folder / "key").unlink()
    write_new_key(folder / "key", os.urandom)
    said = service("doctor", "--json")
    assert (said.code, health(said)["key_file"]) == (1, "bad")
    (folder / "proofup.toml").write_text("public_url = 7")
    assert service("doctor", "--json").code == 1


def test_what_waits_what_is_full_and_what_is_open_is_said(
    service: Proofup, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def spoil() -> None:
        async with opened(folder) as found:
            await found.store.commit(message())
            sql = "UPDATE audit_head SET digest = 'x'"
            await found.store.engine.write(lambda: touched(sql))

    asyncio.run(spoil())
    monkeypatch.setattr(findings, "ROOM_WARN", 1 << 60)
    monkeypatch.setattr(findings, "LONGEST_LOG", -1)
    monkeypatch.setattr(findings, "SKEW", -timedelta(days=9999))
    folder.chmod(0o755)
    found = health(service("doctor", "--json"))
    assert {found[what] for what in ("audit log", "clock", "outbox")} == {"bad"}
    assert {found[what] for what in ("disk", "database log", "folder")} == {"warn"}


def test_carriers_and_mail_servers_are_connected_to_and_sent_nothing(
    service: Proofup, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look() -> tuple[Said, bytes]:
        heard = bytearray()

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.extend(await reader.read())
            writer.close()

        async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            monkeypatch.setenv("PROOFUP_TEXTS__WEBHOOK", f"http://127.0.0.1:{port}/texts")
            monkeypatch.setenv("PROOFUP_TEXTS__SECRET", "s" * 40)
            monkeypatch.setenv("PROOFUP_OUTBOUND_ALLOW", f"127.0.0.1:{port}")
            monkeypatch.setenv("PROOFUP_SMTP__HOST", "127.0.0.1")
            monkeypatch.setenv("PROOFUP_SMTP__PORT", str(free_port()))
            monkeypatch.setenv("PROOFUP_SMTP__SENDER", "Contoso <no-reply@contoso.test>")
            return await asyncio.to_thread(service, "doctor", "--json"), bytes(heard)

    said, heard = asyncio.run(look())
    assert said.code == 1
    assert (health(said)["texts"], health(said)["smtp"]) == ("ok", "bad")
    assert heard == b""


def test_NE1_a_carrier_that_the_sender_would_not_call_is_told_with_the_setting(
    service: Proofup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFUP_TEXTS__WEBHOOK", "https://127.0.0.1/texts")
    monkeypatch.setenv("PROOFUP_TEXTS__SECRET", "s" * 40)
    said = service("doctor")
    assert said.code == 1
    assert "bad  texts: 127.0.0.1 is not called: the host leads to a private address" in said.out
    assert "outbound_allow" in said.out
    monkeypatch.setenv("PROOFUP_OUTBOUND_ALLOW", "127.0.0.1")
    port = free_port()
    monkeypatch.setenv("PROOFUP_TEXTS__WEBHOOK", f"https://127.0.0.1:{port}/texts")
    said = service("doctor")
    assert f"bad  texts: 127.0.0.1:{port} cannot be reached: the connection failed" in said.out


def test_an_operator_is_connected_to(service: Proofup, monkeypatch: pytest.MonkeyPatch) -> None:
    async def look() -> Said:
        async def listen(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
            monkeypatch.setenv("PROOFUP_TEXTS__SMPP__PORT", str(server.sockets[0].getsockname()[1]))
            return await asyncio.to_thread(service, "doctor", "--json")

    monkeypatch.setenv("PROOFUP_TEXTS__SMPP__HOST", "127.0.0.1")
    monkeypatch.setenv("PROOFUP_TEXTS__SMPP__USER", "contoso")
    monkeypatch.setenv("PROOFUP_TEXTS__SMPP__PASSWORD", "secret")
    monkeypatch.setenv("PROOFUP_OUTBOUND_ALLOW", "127.0.0.1")
    assert health(asyncio.run(look()))["texts.smpp"] == "ok"
    said = service("doctor")
    assert "bad  texts.smpp: 127.0.0.1:" in said.out
    assert "cannot be reached: the connection failed" in said.out


def test_limits_that_stopped_somebody_and_a_proxy_that_is_not_named_are_told(
    service: Proofup, folder: Path
) -> None:
    assert "ok   limits: stopped nobody in the last 24 hours" in service("doctor").out

    async def stop() -> None:
        async with opened(folder) as found:
            room = found.room
            names = ("passwordNetwork", "passwordNetwork", "textAgain", "textsUnanswered", PROXY)
            for name in names:
                await room.counters.charge(met(room.counter_key, name), at=found.at)

    asyncio.run(stop())
    said = service("doctor")
    assert said.code == 1
    assert (
        "warn passwordNetwork: stopped somebody 2 times in the last 24 hours. "
        "Look for limitReached in the audit log. If it was honest people, raise it: "
        "`proofup policy set limits.passwordNetwork=…`." in said.out
    )
    assert "ok   textAgain: stopped somebody 1 time in the last 24 hours\n" in said.out
    assert "warn textsUnanswered: stopped somebody 1 time in the last 24 hours" in said.out
    assert "bad  trusted_proxies: lacks a proxy that requests came through" in said.out


def test_SM4_a_budget_that_is_nearly_spent_is_told(
    service: Proofup, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("PROOFUP_TEXTS__WEBHOOK", f"http://{carrier}/texts")
    monkeypatch.setenv("PROOFUP_OUTBOUND_ALLOW", carrier)
    monkeypatch.setenv("PROOFUP_TEXTS__SECRET", "s" * 40)
    monkeypatch.setenv("PROOFUP_TEXTS__PER_DAY", "10")

    async def spend() -> None:
        async with opened(folder) as found:
            room = found.room
            limit = room.budgets[Carrier.TEXTS].service_limit
            key = room.counter_key(limit.name, "all")
            await room.counters.charge(Charge(key=key, limit=limit, weight=8), at=found.at)

    asyncio.run(spend())
    found = health(service("doctor", "--json"))
    assert (found["textsService"], found["callsService"]) == ("warn", "ok")
    assert "textsService: 80 % of this day's budget are spent" in service("doctor").out


def test_people_whom_no_mail_reaches_are_counted(service: Proofup, folder: Path) -> None:
    names = [f"p{number}@contoso.test" for number in range(7)]
    for name in names:
        told = ("--display-name", "P", "--mail", name, "--password-stdin")
        assert service("user", "add", name, *told, stdin=PASSWORD).code == 0
    assert health(service("doctor", "--json"))["mail addresses"] == "ok"

    async def spoil(count: int) -> None:
        async with opened(folder) as found:
            sql = "UPDATE users SET mail = mail || '; x@y' WHERE canonical_name < ?"
            await found.store.engine.write(lambda: touched(sql, names[count]))

    asyncio.run(spoil(1))
    said = service("doctor")
    assert "warn mail addresses: no mail can be sent to the address of 1 person (p0@con" in said.out
    asyncio.run(spoil(6))
    assert "of 6 people (p0@contoso.test, " in service("doctor").out
    assert ", p4@contoso.test, …)" in service("doctor").out


def test_names_that_look_alike_and_are_older_than_the_rule_are_listed(
    service: Proofup, folder: Path
) -> None:
    for name in ("istanbul@contoso.test", "ankara@contoso.test"):
        told = ("--display-name", "P", "--password-stdin")
        assert service("user", "add", name, *told, stdin=PASSWORD).code == 0
    assert health(service("doctor", "--json"))["user names"] == "ok"
    alike = "\u0131stanbul@contoso.test"
    refused = service(
        "user", "add", alike, "--display-name", "P", "--password-stdin", stdin=PASSWORD
    )
    assert refused.code == 1
    assert "is taken, or looks like a name that is" in refused.err

    async def spoil() -> None:
        async with opened(folder) as found:
            sql = (
                "UPDATE users SET canonical_name = ?, user_principal_name = ? "
                "WHERE canonical_name = 'ankara@contoso.test'"
            )
            await found.store.engine.write(lambda: touched(sql, alike, alike))

    asyncio.run(spoil())
    said = service("doctor").out
    assert f"warn user names: 2 people ({alike}, istanbul@contoso.test) look alike" in said


def test_a_stream_of_the_log_that_lags_or_fails_is_said(
    service: Proofup, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFUP_LOG_STREAM__WEBHOOK", f"https://localhost:{free_port()}/siem")
    monkeypatch.setenv("PROOFUP_LOG_STREAM__SECRET", "a-secret-of-32-letters-or-more-x")
    monkeypatch.setenv("PROOFUP_LOG_STREAM__STANDARD_OUTPUT", "true")
    monkeypatch.setenv("PROOFUP_OUTBOUND_ALLOW", "localhost")
    found = health(service("doctor", "--json"))
    assert found["log_stream"] == "bad"  # nobody takes it
    assert found["log stream to webhook"] == "warn"  # no server has begun it

    async def begin(*names: str) -> None:
        async with opened(folder) as made:
            for name in names:
                streams = made.store.log_streams
                await streams.take(name, "node", most=1, lease=timedelta(0), at=made.at)

    asyncio.run(begin("webhook", "standard output"))
    assert health(service("doctor", "--json"))["log stream to webhook"] == "ok"
    service("user", "add", "robin@contoso.test", "--display-name", "Robin")
    said = service("doctor", "--json")
    assert health(said)["log stream to webhook"] == "ok"  # it was written just now
    monkeypatch.setattr(log_stream_findings, "LATE", -timedelta(days=1))
    assert health(service("doctor", "--json"))["log stream to webhook"] == "warn"
    monkeypatch.setattr(log_stream_findings, "TOO_LATE", -timedelta(days=1))
    said = service("doctor")
    assert "bad  log stream to webhook: 1 entry waits, the oldest for 0 min." in said.out
    assert said.code == 1
