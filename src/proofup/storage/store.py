"""Opens a store and joins its parts: the ports as attributes, and ``commit`` for all writes."""

import asyncio

from proofup.storage.aggregate import Aggregate
from proofup.storage.app_assignments import AppAssignmentRows
from proofup.storage.app_passwords import AppPasswordRows
from proofup.storage.applications import ApplicationRows
from proofup.storage.approval_requests import ApprovalRequestRows
from proofup.storage.audit_log import AuditRows
from proofup.storage.audit_reading import LogRows
from proofup.storage.audit_tally import TallyRows
from proofup.storage.authorizations import AuthorizationRows
from proofup.storage.caller_checks import CallerCheckRows
from proofup.storage.challenges import ChallengeRows
from proofup.storage.changes import ChangeSteps
from proofup.storage.cleanup import Cleanup
from proofup.storage.consents import ConsentRows
from proofup.storage.conversions import ConversionRows
from proofup.storage.counters import CounterRows
from proofup.storage.data_keys import DataKeyRows
from proofup.storage.deleted_users import DeletedUserRows
from proofup.storage.device_codes import DeviceCodeRows
from proofup.storage.devices import DeviceRows
from proofup.storage.engine import Engine
from proofup.storage.errors import UnknownDatabaseError
from proofup.storage.groups import GroupRows
from proofup.storage.imports import ImportRows
from proofup.storage.invitations import InvitationRows
from proofup.storage.job_items import JobItemRows
from proofup.storage.jobs import JobRows
from proofup.storage.kept_methods import KeptMethodRows
from proofup.storage.known_browsers import KnownBrowserRows
from proofup.storage.log_streams import LogStreamRows
from proofup.storage.method_history import MethodHistoryRows
from proofup.storage.method_index import MethodIndex
from proofup.storage.methods import MethodRows
from proofup.storage.newcomers import NewcomerRows
from proofup.storage.notice_links import NoticeLinkRows
from proofup.storage.oath_tokens import OathTokenRows
from proofup.storage.outbox import OutboxRows
from proofup.storage.password_resets import PasswordResetRows
from proofup.storage.passwords import PasswordRows
from proofup.storage.people_lacking import PeopleLackingRows
from proofup.storage.people_search import PeopleSearchRows
from proofup.storage.policies import PolicyRows
from proofup.storage.population import PopulationRows
from proofup.storage.profile_changes import ProfileChangeRows
from proofup.storage.receipts import ReceiptRows
from proofup.storage.registered_counts import RegisteredRows
from proofup.storage.registrations import RegistrationRows
from proofup.storage.roles import RoleRows
from proofup.storage.rule_changes import RuleChangeRows
from proofup.storage.schema import bring_up_to_date, sqlite_path
from proofup.storage.sealed import (
    APPROVALS,
    HISTORY,
    KEPT_METHODS,
    MESSAGES,
    METHODS,
    OATH_TOKENS,
    REGISTRATIONS,
    SIGNING_KEYS,
    SealedAt,
    SealedColumn,
)
from proofup.storage.sessions import SessionRows
from proofup.storage.sign_ins import SignInRows
from proofup.storage.signing_keys import SigningKeyRows
from proofup.storage.subscribers import SubscriberRows
from proofup.storage.tenant import TenantRows
from proofup.storage.token_families import TokenFamilyRows
from proofup.storage.units import UnitRows
from proofup.storage.used_assertions import UsedAssertionRows
from proofup.storage.user_listing import UserListingRows
from proofup.storage.users import PeopleRows
from proofup.storage.without_password import WithoutPasswordRows
from proofup.values.changes import Change
from proofup.values.ids import Entropy, TenantId
from proofup.values.sealing import KeyRing

SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"


class Store:
    """All stored data, as the ports that the higher packages define.

    Each aggregate is listed here once; it exports the changes it writes and its expiry.
    """

    def __init__(
        self, engine: Engine, keys: KeyRing, tenant_id: TenantId, entropy: Entropy
    ) -> None:
        def sealed(at: SealedAt) -> SealedColumn:
            return SealedColumn.of(at, keys, entropy)

        self.engine = engine
        self.keys = keys
        self.tenant_id = tenant_id
        self.data_keys = DataKeyRows(engine)
        self.people = PeopleRows(engine)
        self.user_listing = UserListingRows(engine)
        self.deleted_users = DeletedUserRows(engine)
        self.passwords = PasswordRows(engine)
        self.roles = RoleRows(engine)
        self.units = UnitRows(engine)
        self.methods = MethodRows(engine, sealed(METHODS), MethodIndex(keys))
        self.search = PeopleSearchRows(engine, self.methods)
        self._join_applications(engine, sealed(SIGNING_KEYS))
        self.policies = PolicyRows(engine)
        self.rule_history = RuleChangeRows(engine)
        self.population = PopulationRows(engine)
        self.registered_counts = RegisteredRows(engine)
        self.subscribers = SubscriberRows(engine, self.methods, self.policies)
        self.counters = CounterRows(engine)
        self.challenges = ChallengeRows(engine)
        self.caller_checks = CallerCheckRows(engine)
        self.approvals = ApprovalRequestRows(engine, sealed(APPROVALS))
        self.sign_ins = SignInRows(engine)
        self.password_resets = PasswordResetRows(engine)
        self.sessions = SessionRows(engine)
        self.devices = DeviceRows(engine)
        self.app_passwords = AppPasswordRows(engine)
        self.browsers = KnownBrowserRows(engine)
        self.registrations = RegistrationRows(engine, sealed(REGISTRATIONS))
        self.notice_links = NoticeLinkRows(engine)
        self.method_history = MethodHistoryRows(engine, sealed(HISTORY))
        self.invitations = InvitationRows(engine)
        self.oath_tokens = OathTokenRows(engine, sealed(OATH_TOKENS))
        self.outbox = OutboxRows(engine, sealed(MESSAGES))
        self.conversions = ConversionRows(engine)
        self.audit = AuditRows(engine, keys)
        self.log_streams = LogStreamRows(engine)
        self.imports = ImportRows(engine)
        self.jobs = JobRows(engine)
        self.job_items = JobItemRows(engine)
        self.kept_methods = KeptMethodRows(engine, sealed(KEPT_METHODS))
        self.newcomers = NewcomerRows(engine, sealed(METHODS), MethodIndex(keys))
        self.cleanup = Cleanup(engine, [one.expiry for one in self.aggregates if one.expiry])
        self.changes = ChangeSteps(
            {change: write for one in self.aggregates for change, write in one.writes.items()},
            {change: many for one in self.aggregates for change, many in one.writes_many.items()},
            self.conversions,
            self.audit,
        )

    def _join_applications(self, engine: Engine, signing_keys: SealedColumn) -> None:
        """Join what is stored of applications, those who use them, and their tokens."""
        self.groups = GroupRows(engine)
        self.applications = ApplicationRows(engine)
        self.assignments = AppAssignmentRows(engine)
        self.signing_keys = SigningKeyRows(engine, signing_keys)
        self.authorizations = AuthorizationRows(engine)
        self.families = TokenFamilyRows(engine)
        self.consents = ConsentRows(engine)
        self.device_codes = DeviceCodeRows(engine)
        self.used_assertions = UsedAssertionRows(engine)

    @property
    def aggregates(self) -> list[Aggregate]:
        """All aggregates, in the order above."""
        return [part for part in vars(self).values() if isinstance(part, Aggregate)]

    @property
    def log(self) -> LogRows:
        """The audit log by what is asked for; these rows are only read, like the next three."""
        return LogRows(self.engine)

    @property
    def tallies(self) -> TallyRows:
        """The audit log in numbers."""
        return TallyRows(self.engine)

    @property
    def profile_changes(self) -> ProfileChangeRows:
        """What changed of public profiles."""
        return ProfileChangeRows(self.engine)

    @property
    def receipts(self) -> ReceiptRows:
        """What became of messages."""
        return ReceiptRows(self.engine)

    @property
    def lacking(self) -> PeopleLackingRows:
        """People who lack a method; these rows are only read."""
        return PeopleLackingRows(self.engine)

    @property
    def without_password(self) -> WithoutPasswordRows:
        """People who have no password; these rows are only read."""
        return WithoutPasswordRows(self.engine)

    async def commit(self, *changes: Change) -> None:
        """Write all of ``changes`` durably, or none; see ``values.changes.Commit``."""
        act = self.changes.act(changes)
        await self.engine.write(act.make, ending=act.ending, wakes=act.wakes)

    async def ready(self) -> bool:
        """Return whether requests can be served at their usual speed."""
        return await self.engine.ready()

    async def close(self) -> None:
        """Finish pending writes and close the database."""
        await self.engine.close()


async def open_store(
    url: str,
    *,
    key_encryption_key: bytes,
    entropy: Entropy,
    serving: bool = False,
    restoring: bool = False,
) -> Store:
    """Open ``sqlite:///path`` or ``postgresql://…``, bring its schema up to date, load its keys.

    ``serving`` is set by the server: a SQLite file has at most one, which reads the whole file once
    to cache it. ``restoring`` is set by the restore, which opens a database that is not safe yet.
    Raises UnreadableSecretError if the key is not this database's, DatabaseInUseError,
    UnknownSchemaError, HalfRestoredError, UnknownDatabaseError, StoreBusyError.
    """
    engine = await _open_engine(url, serving=serving, restoring=restoring)
    try:
        keys = await DataKeyRows(engine).load_or_make(key_encryption_key, entropy=entropy)
        tenant_id = await TenantRows(engine).load_or_make(entropy)
    except BaseException:
        await engine.close()
        raise
    return Store(engine, keys, tenant_id, entropy)


async def _open_engine(url: str, *, serving: bool, restoring: bool) -> Engine:
    if url.startswith(SQLITE):
        from proofup.storage.sqlite import SqliteEngine

        await asyncio.to_thread(bring_up_to_date, url)
        return SqliteEngine(sqlite_path(url), serving=serving)
    if url.startswith(POSTGRESQL):
        # First, since it tells of a driver that is not installed.
        await asyncio.to_thread(bring_up_to_date, url, restoring=restoring)
        from proofup.storage.postgresql import PostgresqlEngine

        return await PostgresqlEngine.open(url)
    raise UnknownDatabaseError(url.split("://", 1)[0])
