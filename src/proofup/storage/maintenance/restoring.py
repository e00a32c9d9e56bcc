"""Makes a restored database safe.

Since the copy was made, codes were used and sessions revoked, which the copy does not know. So
everything that works once is voided, all sessions end, and no app's code of a time up to now is
accepted. One transaction does all this, together with its audit entry.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.storage.columns import instant_or_none
from proofup.storage.schema import REMOVE_MARK
from proofup.storage.sealed import METHODS, SealedColumn
from proofup.storage.statements import Steps, Value, rows, touched
from proofup.storage.store import Store
from proofup.values.changes import Change
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.ids import Entropy, MethodId, UserId

BATCH = 500

# The statement for each table, with ``?`` for now. A test checks that each table is here or in
# KEPT.
VOIDED: Mapping[str, str] = {
    "challenges": "UPDATE challenges SET state = 'superseded', verifier = NULL "
    "WHERE state = 'open'",
    "sign_ins": "DELETE FROM sign_ins",
    "sessions": "DELETE FROM sessions",
    "remembered_devices": "DELETE FROM remembered_devices",
    "known_browsers": "DELETE FROM known_browsers",
    "registrations": "DELETE FROM registrations",
    "method_history": "DELETE FROM method_history",
    "notice_links": "UPDATE notice_links SET expires_at = ? WHERE expires_at > ?",
    "invitations": "UPDATE invitations SET expires_at = ? WHERE expires_at > ?",
    # A late code is useless, so texts and calls are dropped. Notices may be sent, even twice.
    "outbox": "UPDATE outbox SET state = 'failed', reason = 'restored', payload = NULL, "
    "next_at = NULL, changed_at = ? WHERE state = 'queued' AND kind <> 'mail'",
    # Whoever was checked, approved or on the way to a new password begins again.
    "caller_checks": "DELETE FROM caller_checks",
    "approval_requests": "DELETE FROM approval_requests",
    "password_resets": "DELETE FROM password_resets",
    # Put back and used since, a method's codes would count a second time.
    "kept_methods": "DELETE FROM kept_methods",
    # New ones are made at once; what the old ones have signed since is worth nothing.
    "signing_keys": "DELETE FROM signing_keys",
    "authorizations": "DELETE FROM authorizations",
    "refresh_tokens": "DELETE FROM refresh_tokens",
    "token_families": "DELETE FROM token_families",
    "device_codes": "DELETE FROM device_codes",
    # Far enough that no epoch of the time between the copy and now comes again.
    "accounts": "UPDATE accounts SET epoch = epoch + 1000",
    "deleted_accounts": "UPDATE deleted_accounts SET epoch = epoch + 1000",
}
KEPT: Mapping[str, str] = {
    "data_keys": "the same keys open the copy",
    "key_wraps": "the same key file opens them",
    "users": "people are who they were",
    "credentials": "so are their passwords",
    "role_assignments": "so are their roles",
    "custom_roles": "and what those permit",
    "administrative_units": "units of people are as they were",
    "unit_members": "so is who belongs to them",
    "authentication_methods": "put back one by one, below",
    "conversions": "what became of messages is as true as it was",
    "counters": "tries that were counted stay counted",
    "tenant": "clients know the organisation by it",
    "consents": "people allowed it",
    "used_assertions": "those that were used stay used",
    "applications": "their tokens end with the keys that signed them",
    "application_uris": "applications are called as before",
    "held_app_roles": "applications hold the roles of before",
    "app_assignments": "people are assigned to applications as before",
    "security_groups": "groups are as they were",
    "group_members": "so is who belongs to them",
    "group_owners": "and who looks after them",
    "app_passwords": "they work until somebody deletes them",
    "oath_tokens": "the tokens in stock are the same",
    "rule_changes": "what was changed, and why, is as true as it was",
    "log_streams": "what was sent since is sent again under its old id",
    "policies": "the organisation's rules are its own",
    "imports": "an import that was cut off goes on from where the copy has it",
    "jobs": "a job that was cut off goes on from where the copy has it",
    "job_items": "and does to nobody twice what the copy has as done",
    "audit_log": "nothing takes an entry away",
    "audit_head": "the chain goes on from here",
}

PAGE = (
    "SELECT id, user_id, kind, slot, document, created_at, last_used_at, revision, pepper_id "
    "FROM authentication_methods WHERE id > ? ORDER BY id LIMIT ?"
)
PUT = "UPDATE authentication_methods SET document = ?, revision = revision + 1 WHERE id = ?"

PutBack = Callable[[RegisteredMethod], RegisteredMethod]
"""Returns a method as it should be stored after an older copy of it came back."""


async def make_safe(
    store: Store, put_back: PutBack, entry: Change, *, entropy: Entropy, at: datetime
) -> None:
    """Void sessions, codes, links and everything else that must not work again."""
    column = SealedColumn.of(METHODS, store.keys, entropy)
    said = store.changes.act([entry])
    await store.engine.write(partial(_steps, column, put_back, at), ending=said.ending)


def _steps(column: SealedColumn, put_back: PutBack, at: datetime) -> Steps[None]:
    now = to_microseconds(at)
    for sql in VOIDED.values():
        values: tuple[Value, ...] = (now,) * sql.count("?")
        yield from touched(sql, *values)
    after = ""
    while found := (yield from rows(PAGE, after, BATCH)):
        for method_id, user_id, kind, slot, sealed, made_at, used_at, revision, pepper_id in found:
            held = RegisteredMethod(
                id=MethodId(method_id),
                user_id=UserId(user_id),
                kind=MethodKind(kind),
                slot=slot,
                document=column.open(sealed, row=method_id),
                created_at=from_microseconds(made_at),
                last_used_at=instant_or_none(used_at),
                revision=revision,
                pepper_id=pepper_id,
            )
            document = put_back(held).document
            if document != held.document:
                yield from touched(PUT, column.seal(document, row=method_id), method_id)
        after = found[-1][0]
    yield from touched(REMOVE_MARK)
