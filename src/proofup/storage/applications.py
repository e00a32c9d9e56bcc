"""Applications: a document for each, with the columns that it is found and required by."""

from collections.abc import Sequence

import msgspec

from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Row, Steps, Value, row, touched
from proofup.tokens.application import (
    GRAPH,
    AddApplication,
    Application,
    ChangeApplication,
    DeleteApplication,
    RequireApplication,
)
from proofup.values.errors import RevokedError, StaleError
from proofup.values.ids import ApplicationId, UserId
from proofup.values.names import folded_name

BY_ID = "SELECT document FROM applications WHERE id = ?"
BY_ANY_ID = "SELECT document FROM applications WHERE id = ? OR object_id = ? OR principal_id = ?"
BY_URI = (
    "SELECT a.document FROM application_uris u JOIN applications a ON a.id = u.application_id "
    "WHERE u.uri = ?"
)
HOLDING = (
    "SELECT a.document FROM held_app_roles h JOIN applications a ON a.id = h.application_id "
    "WHERE h.resource_id = ? AND h.application_id >= ? ORDER BY h.application_id LIMIT ?"
)
CALLED = "SELECT document FROM applications WHERE search_name = ? ORDER BY id LIMIT ?"
TILES = (
    "SELECT tile.document FROM applications tile WHERE tile.has_tile = 1 "
    "AND (tile.needs_assignment = 0 OR tile.id IN ("
    "SELECT application_id FROM app_assignments WHERE user_id = ? "
    "UNION SELECT s.application_id FROM group_members m "
    "JOIN app_assignments s ON s.group_id = m.group_id WHERE m.user_id = ?)) "
    "ORDER BY tile.search_name, tile.id LIMIT ?"
)
BEGINNING = (
    "SELECT document FROM applications WHERE search_name >= ? AND search_name < ? "
    "ORDER BY search_name, id LIMIT ?"
)
HIGHEST = "\U0010ffff"
AFTER = "SELECT document FROM applications WHERE id > ? ORDER BY id LIMIT ?"
ADD = (
    "INSERT INTO applications "
    "(id, object_id, principal_id, search_name, enabled, has_tile, needs_assignment, epoch, "
    "revision, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
CHANGE = (
    "UPDATE applications SET search_name = ?, enabled = ?, has_tile = ?, needs_assignment = ?, "
    "epoch = ?, revision = ?, document = ? WHERE id = ? AND revision = ?"
)
DELETE = "DELETE FROM applications WHERE id = ?"
# Acts of one application do not wait for each other, but a change of it waits for all of them.
REQUIRE = "SELECT 1 FROM applications WHERE id = ? AND epoch = ? AND enabled = 1 FOR SHARE"
ADD_URI = "INSERT INTO application_uris (uri, application_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
ADD_HELD = (
    "INSERT INTO held_app_roles (resource_id, application_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
)
REMOVE_HELD = "DELETE FROM held_app_roles WHERE application_id = ?"
REMOVE_ASSIGNMENTS = "DELETE FROM app_assignments WHERE application_id = ?"
REMOVE_URIS = "DELETE FROM application_uris WHERE application_id = ?"

_application = msgspec.json.Decoder(Application)


class ApplicationRows(Aggregate, frozen=True):
    """The port ``Applications``, and its changes."""

    async def by_id(self, application_id: ApplicationId) -> Application | None:
        """Return the application with this client id."""
        return _first(await self.engine.rows(BY_ID, application_id))

    async def by_any_id(self, id_: str) -> Application | None:
        """Return the application with this client id, object id or service principal id."""
        return _first(await self.engine.rows(BY_ANY_ID, id_, id_, id_))

    async def by_uri(self, uri: str) -> Application | None:
        """Return the application that has ``uri`` among its identifier URIs."""
        return _first(await self.engine.rows(BY_URI, uri))

    async def holding(
        self, resource: ApplicationId, *, begins: ApplicationId | None = None, most: int
    ) -> Sequence[Application]:
        """Return up to ``most`` applications that hold app roles of ``resource``, or of Graph."""
        found = await self.engine.rows(HOLDING, resource, begins or "", most)
        return [_of(one) for one in found]

    async def called(self, name: str, *, most: int) -> Sequence[Application]:
        """Return up to ``most`` applications with this name in upper or lower case."""
        return [_of(one) for one in await self.engine.rows(CALLED, folded_name(name), most)]

    async def beginning(self, name: str, *, most: int) -> Sequence[Application]:
        """Return up to ``most`` applications whose names begin so, ordered by name."""
        low = folded_name(name)
        return [_of(one) for one in await self.engine.rows(BEGINNING, low, low + HIGHEST, most)]

    async def tiles_of(self, user_id: UserId, *, most: int) -> Sequence[Application]:
        """Return up to ``most`` applications with a tile for this person, ordered by name."""
        return [_of(one) for one in await self.engine.rows(TILES, user_id, user_id, most)]

    async def page(self, *, after: ApplicationId | None = None, most: int) -> Sequence[Application]:
        """Return up to ``most`` applications ordered by their ids, starting after ``after``."""
        return [_of(one) for one in await self.engine.rows(AFTER, after or "", most)]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddApplication: self.add,
            ChangeApplication: self.change,
            DeleteApplication: self.delete,
            RequireApplication: self.require,
        }

    def add(self, change: AddApplication) -> Steps[None]:
        """Store a new application."""
        new = change.application
        if not (yield from touched(ADD, new.id, new.object_id, new.principal_id, *_columns(new))):
            raise StaleError
        yield from _add_uris(new)
        yield from _add_held(new)

    def change(self, change: ChangeApplication) -> Steps[None]:
        """Replace an application that is still as it was read."""
        new = change.application
        if not (yield from touched(CHANGE, *_columns(new), new.id, new.revision - 1)):
            raise StaleError
        yield from touched(REMOVE_URIS, new.id)
        yield from _add_uris(new)
        yield from touched(REMOVE_HELD, new.id)
        yield from _add_held(new)

    def delete(self, change: DeleteApplication) -> Steps[None]:
        """Delete an application with its URIs and assignments."""
        yield from touched(REMOVE_ASSIGNMENTS, change.application_id)
        yield from touched(REMOVE_URIS, change.application_id)
        yield from touched(REMOVE_HELD, change.application_id)
        if not (yield from touched(DELETE, change.application_id)):
            raise StaleError

    def require(self, change: RequireApplication) -> Steps[None]:
        """Keep the application as it is until the transaction ends."""
        if (yield from row(REQUIRE, change.application_id, change.epoch)) is None:
            raise RevokedError


def _add_uris(application: Application) -> Steps[None]:
    for uri in application.identifier_uris:
        if not (yield from touched(ADD_URI, uri, application.id)):
            raise StaleError


def _add_held(application: Application) -> Steps[None]:
    """Note in which applications this one holds app roles, and whether Graph permits it any."""
    resources = {one.resource for one in application.held_roles}
    for resource in sorted(resources | ({GRAPH} if application.permissions else set())):
        yield from touched(ADD_HELD, resource, application.id)


def _columns(application: Application) -> tuple[Value, ...]:
    return (
        folded_name(application.name),
        int(application.enabled),
        int(application.has_tile),
        int(application.needs_assignment),
        application.epoch,
        application.revision,
        msgspec.json.encode(application).decode(),
    )


def _first(found: Sequence[Row]) -> Application | None:
    return _of(found[0]) if found else None


def _of(found: Row) -> Application:
    return _application.decode(found[0])
