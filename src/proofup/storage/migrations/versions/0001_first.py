"""The first schema, whole."""

from alembic import op

from proofup.storage.migrations.dialect import ddl

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE data_keys (
        purpose TEXT NOT NULL,
        number BIGINT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        in_use_since BIGINT,
        first_entry BIGINT,
        PRIMARY KEY (purpose, number)
    )
    """,
    """
    CREATE TABLE key_wraps (
        key_id TEXT NOT NULL REFERENCES data_keys (id) ON DELETE CASCADE,
        fingerprint TEXT NOT NULL,
        wrapped BYTEA NOT NULL,
        PRIMARY KEY (key_id, fingerprint)
    )
    """,
    """
    CREATE TABLE users (
        id TEXT NOT NULL UNIQUE,
        canonical_name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
        look_alike TEXT COLLATE "C" NOT NULL UNIQUE,
        user_principal_name TEXT NOT NULL,
        display_name TEXT NOT NULL,
        given_name TEXT,
        surname TEXT,
        mail TEXT,
        mobile_phone TEXT,
        business_phones TEXT NOT NULL,
        user_type TEXT NOT NULL,
        preferred_language TEXT,
        usage_location TEXT,
        created_at BIGINT NOT NULL,
        details TEXT,
        search_name TEXT COLLATE "C" NOT NULL,
        search_surname TEXT COLLATE "C",
        search_mail TEXT COLLATE "C",
        holding SMALLINT NOT NULL,
        deleted_at BIGINT
    )
    """,
    """
    CREATE TABLE accounts (
        user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        enabled SMALLINT NOT NULL,
        epoch BIGINT NOT NULL,
        default_way TEXT,
        changes_held_at BIGINT,
        mfa_state TEXT NOT NULL,
        proofs_blocked_until BIGINT,
        grace_ends_at BIGINT,
        nudges BIGINT NOT NULL DEFAULT 0,
        nudged_at BIGINT,
        tries_over_until BIGINT
    )
    """,
    """
    CREATE TABLE deleted_accounts (
        user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        enabled SMALLINT NOT NULL,
        epoch BIGINT NOT NULL,
        default_way TEXT,
        changes_held_at BIGINT,
        mfa_state TEXT NOT NULL,
        proofs_blocked_until BIGINT,
        grace_ends_at BIGINT,
        nudges BIGINT NOT NULL,
        nudged_at BIGINT,
        tries_over_until BIGINT
    )
    """,
    """
    CREATE TABLE credentials (
        user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        verifier TEXT NOT NULL,
        pepper_id TEXT NOT NULL,
        changed_at BIGINT NOT NULL,
        forced_change TEXT,
        ends_at BIGINT
    )
    """,
    """
    CREATE TABLE role_assignments (
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        role TEXT NOT NULL,
        unit_id TEXT NOT NULL DEFAULT '',
        expires_at BIGINT,
        PRIMARY KEY (user_id, role, unit_id)
    )
    """,
    """
    CREATE TABLE custom_roles (
        id TEXT NOT NULL PRIMARY KEY,
        canonical_name TEXT COLLATE "C" NOT NULL UNIQUE,
        name TEXT NOT NULL,
        description TEXT,
        permissions TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE administrative_units (
        id TEXT NOT NULL PRIMARY KEY,
        canonical_name TEXT COLLATE "C" NOT NULL UNIQUE,
        name TEXT NOT NULL,
        description TEXT
    )
    """,
    """
    CREATE TABLE unit_members (
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        unit_id TEXT NOT NULL REFERENCES administrative_units (id),
        PRIMARY KEY (user_id, unit_id)
    )
    """,
    """
    CREATE TABLE authentication_methods (
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        slot TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        document BYTEA NOT NULL,
        created_at BIGINT NOT NULL,
        last_used_at BIGINT,
        revision BIGINT NOT NULL,
        pepper_id TEXT,
        holding SMALLINT NOT NULL,
        ending TEXT COLLATE "C",
        PRIMARY KEY (user_id, slot)
    )
    """,
    """
    CREATE TABLE oath_tokens (
        id TEXT NOT NULL UNIQUE,
        serial_number TEXT COLLATE "C" NOT NULL PRIMARY KEY,
        document BYTEA NOT NULL,
        time_interval BIGINT NOT NULL,
        algorithm TEXT NOT NULL,
        digits BIGINT NOT NULL,
        manufacturer TEXT NOT NULL,
        model TEXT NOT NULL,
        added_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE conversions (
        kind TEXT NOT NULL,
        country TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (kind, country)
    )
    """,
    """
    CREATE TABLE counters (
        key TEXT NOT NULL PRIMARY KEY,
        tries TEXT NOT NULL,
        pauses BIGINT NOT NULL,
        paused_until BIGINT,
        marks TEXT NOT NULL,
        expires_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE challenges (
        id TEXT NOT NULL PRIMARY KEY,
        subject TEXT NOT NULL,
        number BIGINT NOT NULL,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        purpose TEXT NOT NULL,
        way TEXT NOT NULL,
        method_id TEXT,
        verifier BYTEA,
        started_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        state TEXT NOT NULL,
        message_id TEXT,
        correlation_id TEXT NOT NULL,
        heard TEXT,
        language TEXT NOT NULL,
        application TEXT,
        address TEXT,
        agent TEXT,
        UNIQUE (subject, number)
    )
    """,
    """
    CREATE TABLE caller_checks (
        id TEXT NOT NULL PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        agent_id TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        code TEXT NOT NULL,
        word TEXT NOT NULL UNIQUE,
        correlation_id TEXT NOT NULL,
        started_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        proven_at BIGINT,
        proven_way TEXT,
        proven_by TEXT,
        UNIQUE (agent_id, user_id)
    )
    """,
    """
    CREATE TABLE approval_requests (
        id TEXT NOT NULL PRIMARY KEY,
        requester TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        permission TEXT NOT NULL,
        act TEXT NOT NULL,
        document BYTEA NOT NULL,
        reason TEXT NOT NULL,
        caller TEXT,
        epoch BIGINT NOT NULL,
        correlation_id TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        state TEXT NOT NULL,
        seen TEXT,
        decided_by TEXT,
        decided_at BIGINT,
        decision TEXT
    )
    """,
    """
    CREATE TABLE sign_ins (
        id TEXT NOT NULL PRIMARY KEY,
        token_digest BYTEA NOT NULL UNIQUE,
        name TEXT NOT NULL,
        user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
        epoch BIGINT NOT NULL,
        first_at BIGINT,
        second_at BIGINT,
        second_way TEXT,
        first_way TEXT,
        session_id TEXT,
        follows TEXT,
        return_to TEXT,
        correlation_id TEXT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL,
        language TEXT NOT NULL,
        started_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        finished_at BIGINT,
        put_off SMALLINT NOT NULL,
        remember SMALLINT NOT NULL,
        remembered SMALLINT NOT NULL,
        nudged SMALLINT NOT NULL,
        stay SMALLINT,
        forced_change TEXT,
        revision BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE password_resets (
        id TEXT NOT NULL PRIMARY KEY,
        token_digest BYTEA NOT NULL UNIQUE,
        name TEXT NOT NULL,
        user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
        epoch BIGINT NOT NULL,
        correlation_id TEXT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL,
        language TEXT NOT NULL,
        started_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        asked TEXT,
        proven TEXT NOT NULL,
        finished_at BIGINT,
        revision BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE sessions (
        id TEXT NOT NULL PRIMARY KEY,
        token_digest BYTEA NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        epoch BIGINT NOT NULL,
        first_at BIGINT,
        second_at BIGINT,
        second_way TEXT,
        first_way TEXT,
        correlation_id TEXT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL,
        started_at BIGINT NOT NULL,
        last_seen_at BIGINT NOT NULL,
        ends_at BIGINT NOT NULL,
        remembered SMALLINT NOT NULL,
        browser_id TEXT,
        stays SMALLINT NOT NULL
    )
    """,
    """
    CREATE TABLE known_browsers (
        token_digest BYTEA NOT NULL,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        id TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (token_digest, user_id)
    )
    """,
    """
    CREATE TABLE registrations (
        id TEXT NOT NULL PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        session_id TEXT NOT NULL,
        method_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        slot TEXT NOT NULL,
        document BYTEA,
        method_created_at BIGINT NOT NULL,
        way TEXT NOT NULL,
        replaces TEXT,
        correlation_id TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        finished_at BIGINT,
        default_way TEXT,
        then_id TEXT,
        code_digest BYTEA,
        enrolled_at BIGINT
    )
    """,
    """
    CREATE TABLE notice_links (
        token_digest BYTEA NOT NULL PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        correlation_id TEXT NOT NULL,
        made_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        spent_at BIGINT
    )
    """,
    """
    CREATE TABLE method_history (
        id TEXT NOT NULL PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        changed_at BIGINT NOT NULL,
        added_id TEXT,
        expires_at BIGINT NOT NULL,
        method_id TEXT,
        kind TEXT,
        slot TEXT,
        document BYTEA,
        method_created_at BIGINT,
        last_used_at BIGINT
    )
    """,
    """
    CREATE TABLE remembered_devices (
        id TEXT NOT NULL PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        epoch BIGINT NOT NULL,
        secret_digest BYTEA NOT NULL,
        former_digest BYTEA,
        rotated_at BIGINT NOT NULL,
        remembered_at BIGINT NOT NULL,
        last_used_at BIGINT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL,
        expires_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE app_passwords (
        id TEXT NOT NULL PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        canonical_name TEXT NOT NULL,
        name TEXT NOT NULL,
        digest BYTEA NOT NULL,
        pepper_id TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        last_used_at BIGINT,
        last_used_for TEXT,
        last_used_from TEXT
    )
    """,
    """
    CREATE TABLE invitations (
        token_digest BYTEA NOT NULL PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        mail TEXT,
        made_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        spent_at BIGINT,
        inviter TEXT,
        lands_at TEXT
    )
    """,
    """
    CREATE TABLE outbox (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        payload BYTEA,
        language TEXT NOT NULL,
        correlation_id TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        changed_at BIGINT NOT NULL,
        next_at BIGINT,
        attempts BIGINT NOT NULL,
        carrier_ref TEXT,
        sent_at BIGINT,
        delivered_at BIGINT,
        reason TEXT,
        alike TEXT
    )
    """,
    """
    CREATE TABLE tenant (
        id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
        tenant_id TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE applications (
        id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
        object_id TEXT NOT NULL UNIQUE,
        principal_id TEXT NOT NULL UNIQUE,
        search_name TEXT COLLATE "C" NOT NULL,
        enabled SMALLINT NOT NULL,
        has_tile SMALLINT NOT NULL,
        needs_assignment SMALLINT NOT NULL,
        epoch BIGINT NOT NULL,
        revision BIGINT NOT NULL,
        document TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE application_uris (
        uri TEXT NOT NULL PRIMARY KEY,
        application_id TEXT NOT NULL REFERENCES applications (id)
    )
    """,
    """
    CREATE TABLE held_app_roles (
        resource_id TEXT COLLATE "C" NOT NULL,
        application_id TEXT COLLATE "C" NOT NULL REFERENCES applications (id),
        PRIMARY KEY (resource_id, application_id)
    )
    """,
    """
    CREATE TABLE security_groups (
        id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
        canonical_name TEXT COLLATE "C" NOT NULL,
        name TEXT NOT NULL,
        canonical_nickname TEXT COLLATE "C" NOT NULL,
        mail_nickname TEXT NOT NULL,
        description TEXT,
        created_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE group_members (
        group_id TEXT COLLATE "C" NOT NULL REFERENCES security_groups (id),
        user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        PRIMARY KEY (group_id, user_id)
    )
    """,
    """
    CREATE TABLE group_owners (
        group_id TEXT COLLATE "C" NOT NULL REFERENCES security_groups (id),
        user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        PRIMARY KEY (group_id, user_id)
    )
    """,
    """
    CREATE TABLE app_assignments (
        id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
        application_id TEXT NOT NULL REFERENCES applications (id),
        user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
        group_id TEXT REFERENCES security_groups (id),
        app_role TEXT NOT NULL,
        created_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE signing_keys (
        id TEXT NOT NULL PRIMARY KEY,
        number BIGINT NOT NULL UNIQUE,
        algorithm TEXT NOT NULL,
        private_key BYTEA NOT NULL,
        signs_from BIGINT NOT NULL,
        expires_at BIGINT
    )
    """,
    """
    CREATE TABLE authorizations (
        token_digest BYTEA NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        document TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        spent_at BIGINT
    )
    """,
    """
    CREATE TABLE token_families (
        id TEXT NOT NULL PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        application_id TEXT NOT NULL,
        document TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        revoked_at BIGINT
    )
    """,
    """
    CREATE TABLE refresh_tokens (
        token_digest BYTEA NOT NULL PRIMARY KEY,
        family_id TEXT NOT NULL REFERENCES token_families (id) ON DELETE CASCADE,
        spent_at BIGINT
    )
    """,
    """
    CREATE TABLE consents (
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        application_id TEXT NOT NULL,
        scopes TEXT NOT NULL,
        PRIMARY KEY (user_id, application_id)
    )
    """,
    """
    CREATE TABLE device_codes (
        code_digest BYTEA NOT NULL PRIMARY KEY,
        user_code TEXT NOT NULL UNIQUE,
        document TEXT NOT NULL,
        answered SMALLINT NOT NULL,
        expires_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE used_assertions (
        digest BYTEA NOT NULL PRIMARY KEY,
        expires_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE policies (
        name TEXT NOT NULL PRIMARY KEY,
        document TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE rule_changes (
        id TEXT COLLATE "C" NOT NULL,
        rule TEXT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        command TEXT,
        reason TEXT,
        was TEXT NOT NULL,
        now TEXT NOT NULL,
        PRIMARY KEY (id, rule)
    )
    """,
    """
    CREATE TABLE imports (
        digest TEXT NOT NULL PRIMARY KEY,
        document TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE jobs (
        id TEXT NOT NULL PRIMARY KEY,
        document TEXT NOT NULL,
        state TEXT NOT NULL,
        started_at BIGINT NOT NULL,
        finished_at BIGINT,
        place TEXT,
        undone_by TEXT,
        runner TEXT,
        leased_until BIGINT,
        expires_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE job_items (
        job_id TEXT NOT NULL,
        number BIGINT NOT NULL,
        name TEXT NOT NULL,
        user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
        state TEXT NOT NULL,
        lines TEXT NOT NULL,
        because TEXT,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (job_id, number),
        UNIQUE (job_id, user_id)
    )
    """,
    """
    CREATE TABLE kept_methods (
        id TEXT NOT NULL PRIMARY KEY,
        job_id TEXT NOT NULL,
        number BIGINT NOT NULL,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        slot TEXT NOT NULL,
        document BYTEA NOT NULL,
        created_at BIGINT NOT NULL,
        last_used_at BIGINT,
        revision BIGINT NOT NULL,
        pepper_id TEXT,
        default_way TEXT,
        epoch BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE audit_log (
        sequence BIGINT NOT NULL PRIMARY KEY,
        text TEXT NOT NULL,
        digest TEXT NOT NULL,
        target_id TEXT,
        at BIGINT NOT NULL,
        correlation_id TEXT COLLATE "C" NOT NULL,
        of_profile SMALLINT
    )
    """,
    """
    CREATE TABLE log_streams (
        name TEXT NOT NULL PRIMARY KEY,
        sequence BIGINT NOT NULL,
        holder TEXT NOT NULL,
        leased_until BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE audit_head (
        id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
        sequence BIGINT NOT NULL,
        digest TEXT NOT NULL,
        key_id TEXT REFERENCES data_keys (id)
    )
    """,
)
INDEXES = (
    "CREATE INDEX role_assignments_role ON role_assignments (role, user_id, unit_id)",
    "CREATE INDEX role_assignments_unit ON role_assignments (unit_id)",
    "CREATE INDEX role_assignments_over ON role_assignments (expires_at)",
    "CREATE INDEX unit_members_unit ON unit_members (unit_id, user_id)",
    (
        "CREATE INDEX accounts_kept_out ON accounts (user_id) WHERE enabled = 0 "
        "OR changes_held_at IS NOT NULL OR proofs_blocked_until IS NOT NULL "
        "OR tries_over_until IS NOT NULL"
    ),
    "CREATE INDEX users_deleted ON users (deleted_at, id) WHERE deleted_at IS NOT NULL",
    "CREATE INDEX users_name ON users (search_name)",
    "CREATE INDEX users_surname ON users (search_surname) WHERE search_surname IS NOT NULL",
    "CREATE INDEX users_mail ON users (search_mail) WHERE search_mail IS NOT NULL",
    "CREATE INDEX users_holding ON users (holding, canonical_name)",
    "CREATE INDEX methods_ending ON authentication_methods (ending) WHERE ending IS NOT NULL",
    "CREATE INDEX methods_pepper ON authentication_methods (pepper_id) WHERE pepper_id IS NOT NULL",
    "CREATE UNIQUE INDEX challenges_open ON challenges (subject) WHERE state = 'open'",
    (
        "CREATE UNIQUE INDEX challenges_request ON challenges (user_id) "
        "WHERE state = 'open' AND application IS NOT NULL"
    ),
    "CREATE UNIQUE INDEX challenges_message ON challenges (message_id)",
    "CREATE INDEX challenges_user ON challenges (user_id)",
    "CREATE INDEX challenges_over ON challenges (expires_at)",
    "CREATE INDEX caller_checks_user ON caller_checks (user_id)",
    "CREATE INDEX caller_checks_over ON caller_checks (expires_at)",
    "CREATE INDEX approval_requests_requester ON approval_requests (requester, created_at)",
    "CREATE INDEX approval_requests_user ON approval_requests (user_id)",
    "CREATE INDEX approval_requests_over ON approval_requests (expires_at)",
    (
        "CREATE INDEX approval_requests_pending ON approval_requests (expires_at) "
        "WHERE state = 'pending'"
    ),
    "CREATE INDEX counters_over ON counters (expires_at)",
    "CREATE INDEX sign_ins_user ON sign_ins (user_id) WHERE user_id IS NOT NULL",
    "CREATE INDEX sign_ins_over ON sign_ins (expires_at)",
    ("CREATE INDEX password_resets_user ON password_resets (user_id) WHERE user_id IS NOT NULL"),
    "CREATE INDEX password_resets_over ON password_resets (expires_at)",
    "CREATE INDEX sessions_user ON sessions (user_id)",
    "CREATE INDEX sessions_over ON sessions (ends_at)",
    "CREATE INDEX known_browsers_user ON known_browsers (user_id, expires_at)",
    "CREATE INDEX known_browsers_over ON known_browsers (expires_at)",
    (
        "CREATE UNIQUE INDEX registrations_code ON registrations (code_digest) "
        "WHERE code_digest IS NOT NULL"
    ),
    "CREATE INDEX registrations_user ON registrations (user_id)",
    "CREATE INDEX registrations_over ON registrations (expires_at)",
    "CREATE INDEX notice_links_over ON notice_links (expires_at)",
    "CREATE INDEX notice_links_user ON notice_links (user_id)",
    "CREATE INDEX method_history_user ON method_history (user_id, changed_at)",
    "CREATE INDEX method_history_over ON method_history (expires_at)",
    "CREATE INDEX remembered_devices_user ON remembered_devices (user_id)",
    "CREATE INDEX remembered_devices_over ON remembered_devices (expires_at)",
    "CREATE UNIQUE INDEX app_passwords_name ON app_passwords (user_id, canonical_name)",
    "CREATE INDEX app_passwords_pepper ON app_passwords (pepper_id)",
    "CREATE INDEX invitations_over ON invitations (expires_at, token_digest)",
    "CREATE INDEX invitations_user ON invitations (user_id)",
    "CREATE INDEX rule_changes_rule ON rule_changes (rule, id)",
    "CREATE INDEX applications_name ON applications (search_name)",
    "CREATE INDEX applications_tile ON applications (search_name, id) WHERE has_tile = 1",
    "CREATE INDEX security_groups_name ON security_groups (canonical_name, id)",
    "CREATE INDEX security_groups_nickname ON security_groups (canonical_nickname, id)",
    "CREATE INDEX group_members_user ON group_members (user_id)",
    "CREATE INDEX group_owners_user ON group_owners (user_id)",
    (
        "CREATE UNIQUE INDEX app_assignments_once ON app_assignments "
        "(application_id, COALESCE(user_id, group_id), app_role)"
    ),
    "CREATE INDEX app_assignments_user ON app_assignments (user_id) WHERE user_id IS NOT NULL",
    "CREATE INDEX app_assignments_group ON app_assignments (group_id) WHERE group_id IS NOT NULL",
    "CREATE INDEX application_uris_application ON application_uris (application_id)",
    "CREATE INDEX held_app_roles_application ON held_app_roles (application_id)",
    "CREATE INDEX signing_keys_over ON signing_keys (expires_at)",
    "CREATE INDEX authorizations_over ON authorizations (expires_at)",
    "CREATE INDEX token_families_over ON token_families (expires_at)",
    "CREATE INDEX token_families_user ON token_families (user_id, application_id)",
    "CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id)",
    "CREATE INDEX device_codes_over ON device_codes (expires_at)",
    "CREATE INDEX used_assertions_over ON used_assertions (expires_at)",
    "CREATE INDEX jobs_over ON jobs (expires_at)",
    (
        "CREATE INDEX jobs_at_work ON jobs (id) "
        "WHERE state IN ('filling', 'checking', 'running', 'undoing')"
    ),
    "CREATE INDEX job_items_state ON job_items (job_id, state, number)",
    "CREATE INDEX job_items_user ON job_items (user_id) WHERE user_id IS NOT NULL",
    "CREATE INDEX job_items_over ON job_items (expires_at)",
    "CREATE INDEX kept_methods_job ON kept_methods (job_id, number)",
    "CREATE INDEX kept_methods_user ON kept_methods (user_id)",
    "CREATE INDEX kept_methods_over ON kept_methods (expires_at)",
    "CREATE INDEX kept_methods_pepper ON kept_methods (pepper_id) WHERE pepper_id IS NOT NULL",
    "CREATE INDEX outbox_alike ON outbox (alike, created_at) WHERE alike IS NOT NULL",
    "CREATE INDEX outbox_correlation ON outbox (correlation_id)",
    "CREATE INDEX outbox_reference ON outbox (carrier_ref) WHERE carrier_ref IS NOT NULL",
    "CREATE INDEX outbox_over ON outbox (expires_at)",
    "CREATE INDEX outbox_due ON outbox (kind, next_at) WHERE next_at IS NOT NULL",
    "CREATE INDEX outbox_order ON outbox (kind, id) WHERE next_at IS NOT NULL",
    "CREATE INDEX audit_log_target ON audit_log (target_id, sequence) WHERE target_id IS NOT NULL",
    "CREATE INDEX audit_log_profiles ON audit_log (sequence) WHERE of_profile = 1",
    "CREATE INDEX audit_log_correlation ON audit_log (correlation_id, sequence)",
)
ROWS = (
    # An empty chain: audit.chain.FIRST is the "previous digest" of its first row.
    "INSERT INTO audit_head (id, sequence, digest) VALUES (1, 0, '" + "0" * 64 + "')",
)


def upgrade() -> None:
    """Make every table."""
    for statement in (*TABLES, *INDEXES, *ROWS):
        op.execute(ddl(statement))
