"""The operations on logs, reports and the organisation's rules."""

from collections.abc import Iterator

from proofup.graph.logs import (
    audits,
    configurations,
    policy,
    registered,
    registration,
    sign_ins,
    summaries,
)
from proofup.graph.operations import Handle, Operation
from proofup.graph.resources import BETA
from proofup.graph.scopes import CHANGE_RULES, READ_LOGS, READ_RULES, Scopes

REPORTS = "/reports/authenticationMethods"
REPORT = f"{REPORTS}/userRegistrationDetails"
POLICY = "/policies/authenticationMethodsPolicy"
CONFIGURATIONS = f"{POLICY}/authenticationMethodConfigurations"
CONFIGURATION = f"{CONFIGURATIONS}/{{configuration}}"
SERVED: tuple[tuple[str, Handle, Scopes], ...] = (
    ("/auditLogs/directoryAudits", audits.list_audits, READ_LOGS),
    ("/auditLogs/directoryAudits/{entry}", audits.get_audit, READ_LOGS),
    ("/auditLogs/signIns", sign_ins.list_sign_ins, READ_LOGS),
    ("/auditLogs/signIns/{entry}", sign_ins.get_sign_in, READ_LOGS),
    (REPORTS, registered.get_root, READ_LOGS),
    (f"{REPORTS}/usersRegisteredByMethod", registered.by_method, READ_LOGS),
    (f"{REPORTS}/usersRegisteredByFeature", registered.by_feature, READ_LOGS),
    (REPORT, registration.list_details, READ_LOGS),
    (f"{REPORT}/$count", registered.count_details, READ_LOGS),
    (f"{REPORT}/{{person}}", registration.get_details, READ_LOGS),
    (POLICY, policy.get_policy, READ_RULES),
    (CONFIGURATIONS, configurations.list_configurations, READ_RULES),
    (CONFIGURATION, configurations.get_configuration, READ_RULES),
)
SUMMARIES: tuple[tuple[str, Handle], ...] = (
    (f"{REPORTS}/userMfaSignInSummary", summaries.mfa_sign_ins),
    (f"{REPORTS}/userPasswordResetsAndChangesSummary", summaries.passwords),
    (f"{REPORTS}/userSignInsByAuthMethodSummary", summaries.by_method),
)
CHANGING: tuple[tuple[str, str, Handle], ...] = (
    ("PATCH", POLICY, policy.update_policy),
    ("PATCH", CONFIGURATION, configurations.update),
    ("DELETE", CONFIGURATION, configurations.reset),
)


def operations() -> Iterator[Operation]:
    """Yield all of them."""
    for path, handle, scopes in SERVED:
        yield Operation(verb="GET", path=path, handle=handle, scopes=scopes)
    for path, handle in SUMMARIES:
        yield Operation(verb="GET", path=path, handle=handle, scopes=READ_LOGS, versions=BETA)
    for verb, path, handle in CHANGING:
        yield Operation(verb=verb, path=path, handle=handle, scopes=CHANGE_RULES)
    yield Operation(
        verb="POST",
        path=CONFIGURATIONS,
        handle=configurations.create,
        scopes=CHANGE_RULES,
        is_refusal=True,
    )
