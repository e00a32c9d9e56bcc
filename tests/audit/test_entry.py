import pytest

from proofup.audit.entry import Event

# Words that lie in stored logs. A line may be added; one that is there is never changed.
STORED = {
    "SIGNED_IN": "signedIn",
    "SIGN_IN_FAILED": "signInFailed",
    "SIGNED_OUT": "signedOut",
    "PROOF_RENEWED": "proofRenewed",
    "CHALLENGE_SENT": "challengeSent",
    "CHALLENGE_FAILED": "challengeFailed",
    "METHOD_ADDED": "methodAdded",
    "METHOD_REPLACED": "methodReplaced",
    "METHOD_REMOVED": "methodRemoved",
    "DEFAULT_CHANGED": "defaultMethodChanged",
    "NOT_ME_REPORTED": "notMeReported",
    "CHANGES_RELEASED": "changesReleased",
    "SESSIONS_REVOKED": "sessionsRevoked",
    "USER_ADDED": "userAdded",
    "USER_CHANGED": "userChanged",
    "PASSWORD_SET": "passwordSet",
    "ROLE_ASSIGNED": "roleAssigned",
    "SERVICE_INITIALISED": "serviceInitialised",
}


@pytest.mark.parametrize("name", STORED)
def test_AU1_a_stored_word_keeps_its_meaning(name: str) -> None:
    assert Event[name].value == STORED[name]
