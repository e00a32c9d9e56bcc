"""azure-identity for Python, unmodified."""

import pytest

from clients.cloud import Cloud

identity = pytest.importorskip(
    "azure.identity", reason="NOT TESTED WITH AZURE-IDENTITY: the group clients is not installed"
)


def test_a_secret_gets_a_token_for_graph_by_any_of_its_names(trusted: Cloud) -> None:
    told = trusted.application("Script of azure-identity")
    credential = identity.ClientSecretCredential(
        told["tenantId"],
        told["clientId"],
        told["clientSecret"],
        authority=trusted.origin,
        disable_instance_discovery=True,
    )
    for scope in ("https://graph.microsoft.com/.default", f"{trusted.origin}/.default"):
        assert credential.get_token(scope, enable_cae=True).token.count(".") == 2
