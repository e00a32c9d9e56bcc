"""The applications that are built in: Microsoft's own command lines, which need no registration."""

from collections.abc import Mapping

from proofup.tokens.application import Application, Redirect, RedirectKind
from proofup.values.clock import EPOCH
from proofup.values.ids import ApplicationId

AZURE_CLI = ApplicationId("04b07795-8ddb-461a-bbee-02f9e1bf7b46")
GRAPH_POWERSHELL = ApplicationId("14d82eec-204b-4c2f-b7e8-296a70dab67e")

EVERYTHING = frozenset({"Directory.AccessAsUser.All", "User.Read"})  # within the person's roles


def _command_line(id_: ApplicationId, name: str) -> Application:
    return Application(
        id=id_,
        object_id=id_,
        principal_id=id_,
        name=name,
        created_at=EPOCH,
        is_public=True,
        is_first_party=True,
        consented=EVERYTHING,
        redirects=(Redirect("http://localhost", RedirectKind.NATIVE),),
    )


FIRST_PARTY: Mapping[ApplicationId, Application] = {
    one.id: one
    for one in (
        _command_line(AZURE_CLI, "Microsoft Azure CLI"),
        _command_line(GRAPH_POWERSHELL, "Microsoft Graph Command Line Tools"),
    )
}
