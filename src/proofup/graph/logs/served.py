"""The operations on logs, reports and the organisation's rules."""

from collections.abc import Iterator

from proofup.graph.logs import audits, policy, registered, registration, sign_ins
from proofup.graph.operations import Handle, Operation
from proofup.graph.scopes import READ_LOGS, READ_RULES, Scopes

REPORTS = "/reports/authenticationMethods"
REPORT = f"{REPORTS}/userRegistrationDetails"
POLICY = "/policies/authenticationMethodsPolicy"
CONFIGURATIONS = f"{POLICY}/authenticationMethodConfigurations"
SERVED: tuple[tuple[str, Handle, Scopes], ...] = (
    ("/auditLogs/directoryAudits", audits.list_audits, READ_LOGS),
    ("/auditLogs/directoryAudits/{entry}", audits.get_audit, READ_LOGS),
    ("/auditLogs/signIns", sign_ins.list_sign_ins, READ_LOGS),
    ("/auditLogs/signIns/{entry}", sign_ins.get_sign_in, READ_LOGS),
    (REPORTS, registered.get_root, READ_LOGS),
    (f"{REPORTS}/usersRegisteredByMethod", registered.by_method, READ_LOGS),
    (f"{REPORTS}/usersRegisteredByFeature", registered.by_feature, READ_LOGS),
    (REPORT, registration.list_details, READ_LOGS),
    (f"{REPORT}/{{person}}", registration.get_details, READ_LOGS),
    (POLICY, policy.get_policy, READ_RULES),
    (CONFIGURATIONS, policy.list_configurations, READ_RULES),
    (f"{CONFIGURATIONS}/{{configuration}}", policy.get_configuration, READ_RULES),
)


def operations() -> Iterator[Operation]:
    """Yield all of them."""
    for path, handle, scopes in SERVED:
        yield Operation(verb="GET", path=path, handle=handle, scopes=scopes)
