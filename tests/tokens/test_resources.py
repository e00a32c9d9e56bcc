"""The spellings of scopes that clients were seen to send."""

import pytest

from proofup.tokens.resources import InvalidScopeError, asked_scopes
from proofup.tokens.tenant import Tenant
from proofup.values.ids import TenantId

B = "https://login.contoso.test"
TENANT = Tenant(id=TenantId("11111111-1111-4111-8111-111111111111"), origin=B, domains=("d.test",))


@pytest.mark.parametrize(
    ("text", "resource", "names"),
    [
        ("User.Read", "", ("User.Read",)),
        ("https://graph.microsoft.com/User.Read", "", ("User.Read",)),
        (f"{B}/User.Read openid", "", ("User.Read",)),
        (f"{B}//.default", "", (".default",)),
        (f"{B.upper()}/.default", "", (".default",)),
        ("00000003-0000-0000-c000-000000000000/.default", "", (".default",)),
        ("api://phones/Phones.Read", "api://phones", ("Phones.Read",)),
        ("openid PROFILE", "", ()),
        (f"User.Read {B}/Mail.Read", "", ("User.Read", "Mail.Read")),
    ],
)
def test_every_spelling_is_understood(text: str, resource: str, names: tuple[str, ...]) -> None:
    found = asked_scopes(text, TENANT)
    assert (found.resource, found.names) == (resource, names)
    assert found.is_default is (".default" in names)


@pytest.mark.parametrize("text", ["a/x b/y", "api://phones/", "x " * 65, "x" * 5000])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidScopeError):
        asked_scopes(text, TENANT)


def test_the_tenant_is_called_by_its_id_its_domains_and_the_aliases() -> None:
    for name in (TENANT.id, TENANT.id.upper(), "common", "organizations", "adfs", "D.test"):
        assert TENANT.is_called(name)
    assert not TENANT.is_called("consumers")
