"""The Python clients of Microsoft Graph, unmodified: what scripts do most."""

from typing import Any

import pytest
from starlette.types import ASGIApp

from graph.conftest import administrator
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from visitor import ORIGIN
from world import World

httpx = pytest.importorskip("httpx", reason="NOT TESTED WITH CLIENTS: httpx is not installed")
pytest.importorskip("msgraph", reason="NOT TESTED WITH CLIENTS: msgraph-sdk is not installed")
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the client's own libraries
]
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
SCOPES = ("UserAuthenticationMethod.ReadWrite.All", "User.ReadWrite.All")


@pytest.fixture
async def client(app: ASGIApp, world: World) -> Any:
    """Give the client of v1.0, with the token of a global administrator."""
    from kiota_abstractions.authentication import (
        AccessTokenProvider,
        AllowedHostsValidator,
        BaseBearerTokenAuthenticationProvider,
    )
    from msgraph.graph_request_adapter import GraphRequestAdapter, options
    from msgraph.graph_service_client import GraphServiceClient
    from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]

    await world.person()
    kim = await administrator(world, GLOBAL_ADMINISTRATOR)
    token = await world.user_token(kim, *SCOPES)

    class Given(AccessTokenProvider):
        async def get_authorization_token(
            self, uri: str, additional_authentication_context: dict[str, Any] | None = None
        ) -> str:
            del uri, additional_authentication_context
            return token

        def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
            return AllowedHostsValidator(["id.contoso.test"])

    http = GraphClientFactory.create_with_default_middleware(
        options=options, client=httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
    )
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Given()), http)
    adapter.base_url = f"{ORIGIN}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


async def test_the_python_client_lists_creates_and_removes_a_phone(client: Any) -> None:
    from msgraph.generated.models.authentication_phone_type import AuthenticationPhoneType
    from msgraph.generated.models.phone_authentication_method import PhoneAuthenticationMethod

    authentication = client.users.by_user_id("robin.ashby@contoso.test").authentication
    phones = authentication.phone_methods
    assert (await phones.get()).value == []
    new = PhoneAuthenticationMethod(
        phone_number="+1 7748933135", phone_type=AuthenticationPhoneType.Mobile
    )
    made = await phones.post(new)
    assert (made.id, made.phone_number) == (MOBILE, "+1 7748933135")
    methods = (await authentication.methods.get()).value
    assert {type(one).__name__ for one in methods} == {
        "PasswordAuthenticationMethod",
        "PhoneAuthenticationMethod",
    }
    await phones.by_phone_authentication_method_id(MOBILE).delete()
    assert (await phones.get()).value == []


async def test_the_python_client_understands_an_error(client: Any) -> None:
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    with pytest.raises(ODataError) as refused:
        await client.users.by_user_id("nobody@contoso.test").get()
    assert refused.value.response_status_code == 404
    assert refused.value.error
    assert refused.value.error.code == "Request_ResourceNotFound"


async def test_the_python_client_reads_itself_resets_and_revokes(client: Any) -> None:
    me = await client.me.get()
    assert me.user_principal_name == "kim.larsen@contoso.test"
    robin = client.users.by_user_id("robin.ashby@contoso.test")
    done = await robin.revoke_sign_in_sessions.post()
    assert done.value is True
    page = await client.users.get()
    assert len(page.value) == 2
