"""Summaries of sign-ins and passwords say what the log says, day by day and by method."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.audit.events.accounts import PasswordResetByOwner, PasswordSet
from proofup.audit.events.event import Event
from proofup.audit.events.sign_ins import ProofRenewed, SignedIn
from proofup.policy.roles import HELPDESK_ADMINISTRATOR, REPORTS_READER
from proofup.storage import audit_tally
from proofup.values.ids import UserId
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]
REPORTS = "/beta/reports/authenticationMethods"
MULTI, SINGLE = "multiFactor", "singleFactor"
FORGED = 'sms","way":"sms"},"event":"signedIn'


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    reader = await administrator(world, REPORTS_READER)
    return calls(await world.user_token(reader, "AuditLog.Read.All"))


async def noted(world: World, *events: Event, days: int = 0, succeeded: bool = True) -> None:
    """Write entries of so many days ago."""
    for event in events:
        entry = world.host.entry(event, UserId("u"), at=world.now - timedelta(days=days))
        await world.store.commit(replace(entry, succeeded=succeeded))


async def test_sign_ins_are_counted_by_day_and_by_method(kim: Caller, world: World) -> None:
    push, texted = SignedIn(level=MULTI, way="push"), SignedIn(level=MULTI, way="sms", stays="yes")
    known, alone = SignedIn(level=MULTI, way="rememberedDevice"), SignedIn(level=SINGLE, way="none")
    await noted(world, push, days=40)
    await noted(world, push, texted, known, days=9)
    await noted(world, texted, alone, days=1)
    await noted(world, ProofRenewed(level=MULTI, way="sms"), SignedIn(level=SINGLE, way="none"))
    typed = SignedIn(level=SINGLE, way="none", application="a", name=FORGED)
    await noted(world, push, push, typed)
    items = (await kim.get(f"{REPORTS}/userMfaSignInSummary")).items
    assert [one["createdDateTime"][:10] for one in items[:2]] == ["2026-11-21", "2026-11-20"]
    counts = {
        number: (one["multiFactorSignIns"], one["singleFactorSignIns"], one["totalSignIns"])
        for number, one in enumerate(items)
        if one["totalSignIns"]
    }
    assert counts == {0: (2, 2, 4), 1: (1, 1, 2), 9: (3, 0, 3)}
    assert len(items) == 31
    assert len((await kim.get(f"{REPORTS}/userMfaSignInSummary?$top=3")).items) == 3
    for period, told in (
        ("d1", {"appNotification": 2, "mobileSMS": 1}),
        ("D30", {"appNotification": 3, "mobileSMS": 2}),
    ):
        path = f"{REPORTS}/userSignInsByAuthMethodSummary(period='{period}')"
        found = (await kim.get(path)).items
        used = {one["authenticationMethod"]: one["successActivityCount"] for one in found}
        assert used == told, period
    for period in ("'d2'", "''", "x"):
        path = f"{REPORTS}/userSignInsByAuthMethodSummary(period={period})"
        assert (await kim.get(path)).status == 400


async def test_passwords_are_counted_by_who_set_them(kim: Caller, world: World) -> None:
    own, reset = PasswordSet(by="owner"), PasswordResetByOwner(proofs="sms")
    await noted(world, own, own, reset, PasswordSet(reason='by "owner"', command="user"))
    await noted(world, PasswordSet(by="owner", because="wrongPassword"), succeeded=False)
    today = (await kim.get(f"{REPORTS}/userPasswordResetsAndChangesSummary")).items[0]
    assert (
        today["changePasswordSelfServiceCount"],
        today["passwordResetsByAdminCount"],
        today["passwordResetsSelfServiceCount"],
    ) == (2, 1, 1)


async def test_a_log_of_many_batches_is_counted_whole_or_not_at_all(
    kim: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await noted(world, *[SignedIn(level=SINGLE, way="none")] * 7, days=2)
    monkeypatch.setattr(audit_tally, "BATCH", 3)
    items = (await kim.get(f"{REPORTS}/userMfaSignInSummary")).items
    assert items[2]["singleFactorSignIns"] == 7
    monkeypatch.setattr(audit_tally, "MOST_SECONDS", -1.0)
    refused = await kim.get(f"{REPORTS}/userMfaSignInSummary")
    assert (refused.status, refused.code) == (503, "serviceNotAvailable")


async def test_who_reads_the_summaries(kim: Caller, world: World, calls: Calls) -> None:
    desk = await administrator(world, HELPDESK_ADMINISTRATOR, "desk@contoso.test")
    for path in ("userMfaSignInSummary", "userPasswordResetsAndChangesSummary"):
        for token in (
            await world.user_token(desk, "AuditLog.Read.All"),
            await world.app_token("User.Read.All"),
        ):
            assert (await calls(token).get(f"{REPORTS}/{path}")).status == 403
        program = calls(await world.app_token("AuditLog.Read.All"))
        assert (await program.get(f"{REPORTS}/{path}")).status == 200
        assert (await kim.get(f"{REPORTS}/{path}?$filter=x eq 1")).status == 400
        assert (await kim.get(f"{REPORTS}/{path}".replace("beta", "v1.0"))).status == 400
