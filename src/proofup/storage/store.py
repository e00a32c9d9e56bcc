"""Opens a store and joins its parts: the ports as attributes, and the one way to write."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from proofup.authentication.known_browser import KnowBrowser
from proofup.authentication.session import EndSession, OpenSession, RenewSession, TouchSession
from proofup.authentication.signin import AdvanceSignIn, OpenSignIn
from proofup.challenges.challenge import ConsumeChallenge, NoteCallStatus, OpenChallenge
from proofup.directory.devices import (
    ForgetDevice,
    ForgetDevices,
    RememberDevice,
    UseDevice,
)
from proofup.directory.passwords import SetPassword
from proofup.directory.recovery_codes import (
    RemoveRecoveryCodes,
    SetRecoveryCodes,
    SpendRecoveryCode,
)
from proofup.directory.roles import AssignRole, RequireRoles
from proofup.directory.users import (
    AddUser,
    BlockProofs,
    CountNudge,
    HoldChanges,
    RaiseEpoch,
    RequireEpoch,
    SetDefaultWay,
    SetEnabled,
    SetGrace,
    SetMfaState,
)
from proofup.methods.protocol import (
    AddMethod,
    RemoveMethod,
    RemoveMethods,
    ReplaceMethod,
    UpdateMethod,
)
from proofup.notices.link import OpenNoticeLink, SpendNoticeLink
from proofup.policy.limits import CountTries, RequireTries, ResetCounters
from proofup.policy.rules import SetPolicy
from proofup.registration.invitation import OpenInvitation, SpendInvitation
from proofup.registration.pending import FinishRegistration, OpenRegistration
from proofup.storage.audit_log import AuditRows
from proofup.storage.challenges import ChallengeRows
from proofup.storage.changes import ChangeSteps, Write
from proofup.storage.cleanup import Cleanup
from proofup.storage.conversions import ConversionRows
from proofup.storage.counters import CounterRows
from proofup.storage.data_keys import (
    AddDataKey,
    DataKeyRows,
    KeepWrapsOf,
    RemoveDataKey,
    UseDataKey,
    WrapDataKey,
)
from proofup.storage.devices import DeviceRows
from proofup.storage.engine import Engine
from proofup.storage.errors import UnknownDatabaseError
from proofup.storage.imports import ImportRows
from proofup.storage.invitations import InvitationRows
from proofup.storage.known_browsers import KnownBrowserRows
from proofup.storage.methods import MethodRows
from proofup.storage.notice_links import NoticeLinkRows
from proofup.storage.outbox import OutboxRows
from proofup.storage.passwords import PasswordRows
from proofup.storage.policies import PolicyRows
from proofup.storage.recovery_codes import RecoveryCodeRows
from proofup.storage.registrations import RegistrationRows
from proofup.storage.roles import RoleRows
from proofup.storage.schema import bring_up_to_date, sqlite_path
from proofup.storage.sealed import MESSAGES, METHODS, REGISTRATIONS, SealedAt, SealedColumn
from proofup.storage.sessions import SessionRows
from proofup.storage.sign_ins import SignInRows
from proofup.storage.subscribers import SubscriberRows
from proofup.storage.users import PeopleRows
from proofup.values.changes import Change
from proofup.values.ids import Entropy
from proofup.values.messages import SendMessage
from proofup.values.sealing import KeyRing

SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"


class Store(Struct, frozen=True, kw_only=True):
    """Everything that is kept, as the ports that the packages above ask for."""

    engine: Engine
    keys: KeyRing
    data_keys: DataKeyRows
    people: PeopleRows
    passwords: PasswordRows
    roles: RoleRows
    methods: MethodRows
    subscribers: SubscriberRows
    counters: CounterRows
    challenges: ChallengeRows
    sign_ins: SignInRows
    sessions: SessionRows
    devices: DeviceRows
    browsers: KnownBrowserRows
    registrations: RegistrationRows
    notice_links: NoticeLinkRows
    invitations: InvitationRows
    audit: AuditRows
    outbox: OutboxRows
    policies: PolicyRows
    conversions: ConversionRows
    recovery_codes: RecoveryCodeRows
    imports: ImportRows
    cleanup: Cleanup
    changes: ChangeSteps

    async def commit(self, *changes: Change) -> None:
        """Write all of ``changes`` durably, or none; see ``values.changes.Commit``."""
        act = self.changes.act(changes)
        await self.engine.write(act.make, ending=act.ending, wakes=act.wakes)

    async def commit_many(self, batches: Sequence[Sequence[Change]]) -> list[Exception | None]:
        """Write many acts in one transaction, each wholly or not at all.

        Returns the error of each, or None where it is durable. For imports: a thousand at a time.
        """
        return await self.engine.write_many([self.changes.act(changes) for changes in batches])

    async def ready(self) -> bool:
        """Tell whether requests can be served at their usual speed."""
        return await self.engine.ready()

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
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

    ``serving`` is set by the server: of a SQLite file there is one, and it reads the file once so
    that it lies in memory. ``restoring`` is who makes a backup safe that was put back.
    Raises UnreadableSecretError where the key is not this database's, DatabaseInUseError,
    UnknownSchemaError, HalfRestoredError, UnknownDatabaseError, StoreBusyError.
    """
    engine = await _open_engine(url, serving=serving, restoring=restoring)
    try:
        keys = await DataKeyRows(engine).load_or_make(key_encryption_key, entropy=entropy)
    except BaseException:
        await engine.close()
        raise
    return _store(engine, keys, entropy)


async def _open_engine(url: str, *, serving: bool, restoring: bool) -> Engine:
    if url.startswith(SQLITE):
        from proofup.storage.sqlite import SqliteEngine

        await asyncio.to_thread(bring_up_to_date, url)
        return SqliteEngine(sqlite_path(url), serving=serving)
    if url.startswith(POSTGRESQL):
        from proofup.storage.postgresql import PostgresqlEngine

        await asyncio.to_thread(bring_up_to_date, url, restoring=restoring)
        return await PostgresqlEngine.open(url)
    raise UnknownDatabaseError(url.split("://", 1)[0])


def _store(engine: Engine, keys: KeyRing, entropy: Entropy) -> Store:
    def sealed(at: SealedAt) -> SealedColumn:
        return SealedColumn.of(at, keys, entropy)

    data_keys = DataKeyRows(engine)
    people = PeopleRows(engine)
    passwords = PasswordRows(engine)
    roles = RoleRows(engine)
    methods = MethodRows(engine, sealed(METHODS))
    counters = CounterRows(engine)
    challenges = ChallengeRows(engine)
    sign_ins = SignInRows(engine)
    sessions = SessionRows(engine)
    devices = DeviceRows(engine)
    browsers = KnownBrowserRows(engine)
    pending = RegistrationRows(engine, sealed(REGISTRATIONS))
    links = NoticeLinkRows(engine)
    invitations = InvitationRows(engine)
    outbox = OutboxRows(engine, sealed(MESSAGES))
    policies = PolicyRows(engine)
    conversions = ConversionRows(engine)
    recovery_codes = RecoveryCodeRows(engine)
    audit = AuditRows(engine, keys)
    writes: dict[type[Change], Write] = {
        AddUser: people.add,
        RequireEpoch: people.require_epoch,
        RaiseEpoch: people.raise_epoch,
        SetEnabled: people.set_enabled,
        SetDefaultWay: people.set_default_way,
        HoldChanges: people.hold_changes,
        SetMfaState: people.set_mfa_state,
        BlockProofs: people.block_proofs,
        SetGrace: people.set_grace,
        CountNudge: people.count_nudge,
        SetPassword: passwords.set,
        AssignRole: roles.assign,
        RequireRoles: roles.require,
        AddMethod: methods.add,
        UpdateMethod: methods.update,
        ReplaceMethod: methods.replace,
        RemoveMethod: methods.remove,
        RemoveMethods: methods.remove_all,
        CountTries: counters.count,
        RequireTries: counters.require,
        ResetCounters: counters.reset,
        OpenChallenge: challenges.open,
        ConsumeChallenge: challenges.consume,
        NoteCallStatus: challenges.note_status,
        OpenSignIn: sign_ins.open,
        AdvanceSignIn: sign_ins.advance,
        OpenSession: sessions.open,
        RenewSession: sessions.renew,
        TouchSession: sessions.touch,
        EndSession: sessions.end,
        RememberDevice: devices.remember,
        UseDevice: devices.use,
        ForgetDevice: devices.forget,
        ForgetDevices: devices.forget_all,
        KnowBrowser: browsers.know,
        OpenRegistration: pending.open,
        FinishRegistration: pending.finish,
        OpenNoticeLink: links.open,
        SpendNoticeLink: links.spend,
        OpenInvitation: invitations.open,
        SpendInvitation: invitations.spend,
        SendMessage: outbox.put,
        SetPolicy: policies.set,
        AddDataKey: data_keys.add,
        WrapDataKey: data_keys.wrap,
        UseDataKey: data_keys.use,
        KeepWrapsOf: data_keys.keep_wraps,
        RemoveDataKey: data_keys.remove,
        SetRecoveryCodes: recovery_codes.set,
        SpendRecoveryCode: recovery_codes.spend,
        RemoveRecoveryCodes: recovery_codes.remove,
    }
    return Store(
        engine=engine,
        keys=keys,
        data_keys=data_keys,
        people=people,
        passwords=passwords,
        roles=roles,
        methods=methods,
        subscribers=SubscriberRows(engine, methods, policies),
        counters=counters,
        challenges=challenges,
        sign_ins=sign_ins,
        sessions=sessions,
        devices=devices,
        browsers=browsers,
        registrations=pending,
        notice_links=links,
        invitations=invitations,
        audit=audit,
        outbox=outbox,
        policies=policies,
        conversions=conversions,
        recovery_codes=recovery_codes,
        imports=ImportRows(engine),
        cleanup=Cleanup(engine),
        changes=ChangeSteps(writes, conversions, audit),
    )
