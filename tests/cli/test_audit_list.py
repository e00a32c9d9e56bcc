"""`proofup audit list`: the same questions as the pages ask."""

import pytest

from host_commands import ADMIN, Proofup


def test_what_happened_is_listed_by_what_is_asked_for(service: Proofup) -> None:
    service("policy", "set", "blockDays=5", "--reason", "ticket 4711")
    said = service("audit", "list", "--event", "policyChanged")
    assert "policyChanged by host" in said.out
    assert "reason=ticket 4711" in said.out
    (entry,) = service("audit", "list", "--event", "policyChanged", "--json").facts["entries"]
    assert (entry["actor"], entry["details"]["rules"]) == ("host", "blockDays")
    by_id = service("audit", "list", "--id", entry["correlationId"], "--json").facts["entries"]
    assert by_id == [entry]
    for nothing in (
        ("--about", "nobody@contoso.test"),
        ("--sign-ins", "--event", "policyChanged"),
        ("--until", "2020-01-01"),
        ("--network", "203.0.113.0/24"),
        ("--result", "refused"),
        ("--way", "sms"),
        ("--id", "no id"),
    ):
        assert service("audit", "list", *nothing).out == "Nothing matches.\n", nothing
    assert len(service("audit", "list", "--most", "1").out.splitlines()) == 1
    assert ADMIN not in service("audit", "list", "--about", ADMIN).out, "ids alone"


@pytest.mark.parametrize(
    ("option", "typed"), [("--network", "here"), ("--since", "soon"), ("--until", "later")]
)
def test_what_cannot_be_read_is_refused_with_an_example(
    service: Proofup, option: str, typed: str
) -> None:
    said = service("audit", "list", option, typed)
    assert said.code == 1
    assert f"{option}: {typed!r} cannot be read." in said.err
    assert "such as" in said.err
