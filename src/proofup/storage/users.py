"""Users and their accounts: two tables, because profiles and accounts have different readers."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from proofup.directory.search import Holding
from proofup.directory.users import (
    NO_DETAILS,
    Account,
    AddUser,
    BlockProofs,
    ChangeUser,
    CountNudge,
    Details,
    ForgetNudges,
    HoldChanges,
    MfaState,
    NoteTriesOver,
    Person,
    RaiseEpoch,
    RequireEpoch,
    SetDefaultWay,
    SetEnabled,
    SetGrace,
    SetMfaState,
    User,
    UserType,
)
from proofup.storage.aggregate import Aggregate, Writes, WritesMany
from proofup.storage.columns import count_or_none, instant_or_none, way_or_none
from proofup.storage.statements import Row, Steps, Value, row, touched, touched_in_parts
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import NameTakenError, RevokedError, StaleError
from proofup.values.ids import UserId
from proofup.values.look_alikes import look_alike
from proofup.values.names import canonical_name, folded_name

NEVER = to_microseconds(datetime.max.replace(tzinfo=UTC))
PERSON_COLUMNS = (
    "u.id, u.user_principal_name, u.display_name, u.given_name, u.surname, u.mail, u.mobile_phone, "
    "u.business_phones, u.user_type, u.preferred_language, u.usage_location, u.created_at, "
    "u.details, "
    "a.enabled, a.epoch, a.default_way, a.changes_held_at, a.mfa_state, a.proofs_blocked_until, "
    "a.grace_ends_at, a.nudges, a.nudged_at, "
    f"(SELECT MAX(COALESCE(r.expires_at, {NEVER})) FROM role_assignments r WHERE r.user_id = u.id)"
)
PERSON_WIDTH = 23
PERSON_BY_ID = (
    f"SELECT {PERSON_COLUMNS} FROM users u JOIN accounts a ON a.user_id = u.id WHERE u.id = ?"
)
PERSON_BY_NAME = (
    f"SELECT {PERSON_COLUMNS} FROM users u JOIN accounts a ON a.user_id = u.id "
    "WHERE u.canonical_name = ?"
)
PEOPLE_AFTER = (
    f"SELECT {PERSON_COLUMNS} FROM users u JOIN accounts a ON a.user_id = u.id "
    "WHERE u.canonical_name > ? ORDER BY u.canonical_name LIMIT ?"
)
USER_COLUMNS = (
    "id, canonical_name, look_alike, user_principal_name, display_name, given_name, surname, mail, "
    "mobile_phone, business_phones, user_type, preferred_language, usage_location, created_at, "
    "details, search_name, search_surname, search_mail, holding"
)
ADD_USER = (
    f"INSERT INTO users ({USER_COLUMNS}) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
PROFILE = USER_COLUMNS.removeprefix("id, ").removesuffix(", holding").split(", ")
NAME_IS_TAKEN = "SELECT 1 FROM users WHERE look_alike = ? AND id <> ?"
CHANGE_USER = (
    f"UPDATE users SET {', '.join(f'{one} = ?' for one in PROFILE)} "
    f"WHERE id = ? AND {' AND '.join(f'{one} IS NOT DISTINCT FROM ?' for one in PROFILE)}"
)
ACCOUNT_COLUMNS = (
    "user_id, enabled, epoch, default_way, changes_held_at, mfa_state, proofs_blocked_until, "
    "grace_ends_at, nudges, nudged_at"
)
ADD_ACCOUNT = f"INSERT INTO accounts ({ACCOUNT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# The lock serialises acts on one account. Without it, a revocation could happen between the check
# and the write.
REQUIRE_EPOCH = (
    "SELECT 1 FROM accounts WHERE user_id = ? AND epoch = ? AND enabled = 1 FOR NO KEY UPDATE"
)
RAISE_EPOCH = "UPDATE accounts SET epoch = epoch + 1 WHERE user_id = ?"
# Only a session of the previous epoch: one that was revoked earlier stays revoked.
CARRY_OVER = (
    "UPDATE sessions SET epoch = epoch + 1 WHERE id = ? AND user_id = ? "
    "AND epoch + 1 = (SELECT epoch FROM accounts WHERE user_id = ?)"
)
CARRY_BROWSER_OVER = (
    "UPDATE known_browsers SET epoch = epoch + 1 WHERE user_id = ? "
    "AND id = (SELECT browser_id FROM sessions WHERE id = ? AND user_id = ?) "
    "AND epoch + 1 = (SELECT epoch FROM accounts WHERE user_id = ?)"
)
RAISE_EPOCHS = "UPDATE accounts SET epoch = epoch + 1 WHERE user_id IN (?)"
NO_DEFAULT_WAYS = "UPDATE accounts SET default_way = NULL WHERE user_id IN (?)"
SET_ENABLED = "UPDATE accounts SET enabled = ? WHERE user_id = ?"
SET_DEFAULT_WAY = "UPDATE accounts SET default_way = ? WHERE user_id = ?"
HOLD_CHANGES = "UPDATE accounts SET changes_held_at = ? WHERE user_id = ?"
SET_MFA_STATE = "UPDATE accounts SET mfa_state = ? WHERE user_id = ?"
MOVE_MFA_STATE = "UPDATE accounts SET mfa_state = ? WHERE user_id = ? AND mfa_state = ?"
BLOCK_PROOFS = "UPDATE accounts SET proofs_blocked_until = ? WHERE user_id = ?"
COUNT_NUDGE = "UPDATE accounts SET nudges = nudges + 1, nudged_at = ? WHERE user_id = ?"
FORGET_NUDGES = "UPDATE accounts SET nudges = 0, nudged_at = NULL WHERE user_id = ?"
# The later end stays: of several limits one may last for years.
NOTE_TRIES_OVER = (
    "UPDATE accounts SET tries_over_until = CASE WHEN COALESCE(tries_over_until, 0) > ? "
    "THEN tries_over_until ELSE ? END WHERE user_id = ?"
)
# A period of grace that has started is not started again.
SET_GRACE = "UPDATE accounts SET grace_ends_at = COALESCE(grace_ends_at, ?) WHERE user_id = ?"

_words = msgspec.json.Decoder(tuple[str, ...])
_details = msgspec.json.Decoder(Details)


class PeopleRows(Aggregate, frozen=True):
    """The port ``People``, and the changes of users and accounts."""

    async def by_name(self, name: str) -> Person | None:
        """Return the person of this canonical name."""
        found = await self.engine.rows(PERSON_BY_NAME, name)
        return person_of(found[0]) if found else None

    async def by_id(self, user_id: UserId) -> Person | None:
        """Return the person of this id."""
        found = await self.engine.rows(PERSON_BY_ID, user_id)
        return person_of(found[0]) if found else None

    async def page(self, *, after: str | None, most: int) -> list[Person]:
        """Return people ordered by canonical name, starting after the name ``after``."""
        start = "" if after is None else canonical_name(after)
        return [person_of(found) for found in await self.engine.rows(PEOPLE_AFTER, start, most)]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddUser: self.add,
            ChangeUser: self.change,
            RequireEpoch: self.require_epoch,
            RaiseEpoch: self.raise_epoch,
            SetEnabled: self.set_enabled,
            SetDefaultWay: self.set_default_way,
            HoldChanges: self.hold_changes,
            SetMfaState: self.set_mfa_state,
            BlockProofs: self.block_proofs,
            SetGrace: self.set_grace,
            CountNudge: self.count_nudge,
            ForgetNudges: self.forget_nudges,
            NoteTriesOver: self.note_tries_over,
        }

    @property
    def writes_many(self) -> WritesMany:
        """How accounts of many are changed together."""
        return {RaiseEpoch: self.raise_epochs, SetDefaultWay: self.set_default_ways}

    def add(self, change: AddUser) -> Steps[None]:
        """Store a user and the account."""
        if not (yield from touched(ADD_USER, *user_row(change.user))):
            raise NameTakenError(change.user.user_principal_name)
        yield from touched(ADD_ACCOUNT, *account_row(change.account))

    def change(self, change: ChangeUser) -> Steps[None]:
        """Replace a profile, unless the name exists."""
        was, now = (user_row(one)[1:-1] for one in (change.was, change.now))
        name = change.now.user_principal_name
        if (yield from row(NAME_IS_TAKEN, look_alike(canonical_name(name)), change.now.id)):
            raise NameTakenError(name)
        yield from _must_touch(CHANGE_USER, *now, change.was.id, *was)

    def require_epoch(self, change: RequireEpoch) -> Steps[None]:
        """Lock the account until the transaction ends."""
        if (yield from row(REQUIRE_EPOCH, change.user_id, change.epoch)) is None:
            raise RevokedError

    def raise_epoch(self, change: RaiseEpoch) -> Steps[None]:
        """Revoke everything of the present epoch, except the session to keep."""
        yield from _must_touch(RAISE_EPOCH, change.user_id)
        if change.keep is not None:
            yield from touched(CARRY_OVER, change.keep, change.user_id, change.user_id)
            whose = change.user_id
            yield from touched(CARRY_BROWSER_OVER, whose, change.keep, whose, whose)

    def raise_epochs(self, changes: Sequence[RaiseEpoch]) -> Steps[None]:
        """Revoke everything of the present epochs."""
        for change in changes:
            if change.keep is not None:
                yield from self.raise_epoch(change)
        users = [(one.user_id,) for one in changes if one.keep is None]
        if (yield from touched_in_parts(RAISE_EPOCHS, users)) < len(users):
            raise StaleError

    def set_default_ways(self, changes: Sequence[SetDefaultWay]) -> Steps[None]:
        """Set preferred options, or take them away of many."""
        for change in changes:
            if change.way is not None:
                yield from self.set_default_way(change)
        users = [(one.user_id,) for one in changes if one.way is None]
        if (yield from touched_in_parts(NO_DEFAULT_WAYS, users)) < len(users):
            raise StaleError

    def set_enabled(self, change: SetEnabled) -> Steps[None]:
        """Enable or disable."""
        yield from _must_touch(SET_ENABLED, int(change.enabled), change.user_id)

    def set_default_way(self, change: SetDefaultWay) -> Steps[None]:
        """Set the preferred option."""
        yield from _must_touch(SET_DEFAULT_WAY, change.way, change.user_id)

    def hold_changes(self, change: HoldChanges) -> Steps[None]:
        """Block changes of methods by the person, or allow them again."""
        yield from _must_touch(HOLD_CHANGES, count_or_none(change.since), change.user_id)

    def set_mfa_state(self, change: SetMfaState) -> Steps[None]:
        """Set whether the person must have a second proof."""
        if change.was is None:
            yield from _must_touch(SET_MFA_STATE, change.state, change.user_id)
        elif not (yield from touched(MOVE_MFA_STATE, change.state, change.user_id, change.was)):
            raise StaleError

    def block_proofs(self, change: BlockProofs) -> Steps[None]:
        """Deny every second proof for a while, or allow them again."""
        yield from _must_touch(BLOCK_PROOFS, count_or_none(change.until), change.user_id)

    def set_grace(self, change: SetGrace) -> Steps[None]:
        """Start the period in which registration may be postponed."""
        yield from _must_touch(SET_GRACE, to_microseconds(change.ends_at), change.user_id)

    def count_nudge(self, change: CountNudge) -> Steps[None]:
        """Count a proposal of a stronger method."""
        yield from _must_touch(COUNT_NUDGE, to_microseconds(change.at), change.user_id)

    def forget_nudges(self, change: ForgetNudges) -> Steps[None]:
        """Count the proposals anew."""
        yield from _must_touch(FORGET_NUDGES, change.user_id)

    def note_tries_over(self, change: NoteTriesOver) -> Steps[None]:
        """Note until when no second proof may be taken."""
        until = to_microseconds(change.until)
        yield from _must_touch(NOTE_TRIES_OVER, until, until, change.user_id)


def user_row(user: User, holding: Holding = Holding.NOTHING) -> tuple[Value, ...]:
    """Return the values of USER_COLUMNS; ``holding`` is what is registered with the user."""
    name = canonical_name(user.user_principal_name)
    mail = folded_name(user.mail or "")
    return (
        user.id,
        name,
        look_alike(name),
        user.user_principal_name,
        user.display_name,
        user.given_name,
        user.surname,
        user.mail,
        user.mobile_phone,
        msgspec.json.encode(user.business_phones).decode(),
        str(user.user_type),
        user.preferred_language,
        user.usage_location,
        to_microseconds(user.created_at),
        None if user.details == NO_DETAILS else msgspec.json.encode(user.details).decode(),
        folded_name(user.display_name),
        folded_name(user.surname) if user.surname else None,
        mail if mail not in {"", name} else None,  # most have the user name for an address
        int(holding),
    )


def account_row(account: Account) -> tuple[Value, ...]:
    """Return the values of ACCOUNT_COLUMNS."""
    return (
        account.user_id,
        int(account.enabled),
        account.epoch,
        account.default_way,
        count_or_none(account.changes_held_at),
        str(account.mfa_state),
        count_or_none(account.proofs_blocked_until),
        count_or_none(account.grace_ends_at),
        account.nudges,
        count_or_none(account.nudged_at),
    )


def person_of(columns: Row) -> Person:
    """Return the person in a row of PERSON_COLUMNS."""
    user = User(
        id=UserId(columns[0]),
        user_principal_name=columns[1],
        display_name=columns[2],
        given_name=columns[3],
        surname=columns[4],
        mail=columns[5],
        mobile_phone=columns[6],
        business_phones=_words.decode(columns[7]),
        user_type=UserType(columns[8]),
        preferred_language=columns[9],
        usage_location=columns[10],
        created_at=from_microseconds(columns[11]),
        details=NO_DETAILS if columns[12] is None else _details.decode(columns[12]),
    )
    account = Account(
        user_id=user.id,
        enabled=bool(columns[13]),
        epoch=columns[14],
        default_way=way_or_none(columns[15]),
        changes_held_at=instant_or_none(columns[16]),
        mfa_state=MfaState(columns[17]),
        proofs_blocked_until=instant_or_none(columns[18]),
        grace_ends_at=instant_or_none(columns[19]),
        nudges=columns[20],
        nudged_at=instant_or_none(columns[21]),
        administers_until=instant_or_none(columns[22]),
    )
    return Person(user, account)


def _must_touch(sql: str, *values: Value) -> Steps[None]:
    """Run ``sql``. If it touches no row, the account was removed since it was read."""
    if not (yield from touched(sql, *values)):
        raise StaleError
