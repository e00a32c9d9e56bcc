"""Every event in all its variants, with the word and the facts as stored in logs.

Lines may be added but never changed, because old logs must stay readable.
"""

from proofup.audit.events.accounts import (
    MfaStateChanged,
    PasswordChangeForced,
    PasswordResetByOwner,
    PasswordSet,
    PolicyChanged,
    ProfileChanged,
    UserAdded,
    UserChanged,
    UserDeleted,
    UserErased,
    UserRestored,
)
from proofup.audit.events.app_passwords import (
    AppPasswordDeleted,
    AppPasswordMade,
    AppPasswordRefused,
    AppPasswordsDeleted,
    AppPasswordUsed,
)
from proofup.audit.events.applications import (
    ApplicationAssigned,
    ApplicationChanged,
    ApplicationCreated,
    ApplicationDeleted,
    ApplicationUnassigned,
    ClientRefused,
    ConsentGiven,
    ConsentWithdrawn,
    CredentialAdded,
    CredentialRemoved,
    PermissionsGranted,
    PermissionsRemoved,
)
from proofup.audit.events.approvals import ApprovalDeclined, ApprovalGiven, ApprovalRequested
from proofup.audit.events.callers import CallerCheckStarted, CallerProven
from proofup.audit.events.challenges import (
    ChallengeFailed,
    ChallengeSent,
    FarewellWithheld,
    FraudReported,
    LimitReached,
    ProofsBlocked,
    ProofsUnblocked,
    RecoveryCodeUsed,
    SendingStopped,
)
from proofup.audit.events.event import Event
from proofup.audit.events.groups import (
    AddedToGroup,
    GroupChanged,
    GroupCreated,
    GroupDeleted,
    RemovedFromGroup,
)
from proofup.audit.events.jobs import JobFinished, JobStarted, JobStopped, JobUndone
from proofup.audit.events.methods import (
    ChangesReleased,
    DefaultMethodChanged,
    InvitationOpened,
    InvitationRevoked,
    Invited,
    MethodAdded,
    MethodRemoved,
    MethodRenamed,
    MethodReplaced,
    MethodsReset,
    MethodsRestored,
    NotMeReported,
    OathTokenAdded,
    OathTokenChanged,
    OathTokenDeleted,
    RecoveryCodesMade,
    RegistrationCompleted,
    RegistrationSkipped,
    RegistrationStarted,
)
from proofup.audit.events.roles import (
    CustomRoleChanged,
    CustomRoleCreated,
    CustomRoleDeleted,
    RoleAssigned,
    RoleRemoved,
    UnitChanged,
    UnitCreated,
    UnitDeleted,
    UnitMemberAdded,
    UnitMemberRemoved,
)
from proofup.audit.events.service import (
    BackupMade,
    KeysRemoved,
    KeysRotated,
    LogExported,
    PeopleListed,
    ProxyNotNamed,
    ServiceInitialised,
    ServiceRestored,
    UsersExported,
)
from proofup.audit.events.sign_ins import (
    DeviceForgotten,
    DeviceRefused,
    DeviceRemembered,
    DevicesRestored,
    FirstMethodUsed,
    ProofRenewed,
    SessionEnded,
    SessionsRevoked,
    SignedIn,
    SignedOut,
    SignInFailed,
)
from proofup.values.ways import Way

M67, M12 = "+XX XXXXXXXX67", "+XX XXXXXXXX12"
STORED: tuple[tuple[Event, str, dict[str, str]], ...] = (
    (
        SignedIn(level="multiFactor", way="sms", stays="yes", application="a-1", name="Site"),
        "signedIn",
        {
            "application": "a-1",
            "level": "multiFactor",
            "name": "Site",
            "stays": "yes",
            "way": "sms",
        },
    ),
    (
        SignedIn(level="singleFactor", way="none"),
        "signedIn",
        {"level": "singleFactor", "way": "none"},
    ),
    (
        ProofRenewed(level="multiFactor", way="oath"),
        "proofRenewed",
        {"level": "multiFactor", "way": "oath"},
    ),
    (SignInFailed(because="wrongPassword"), "signInFailed", {"because": "wrongPassword"}),
    (
        SignInFailed(because="wrongPassword", application="a-1", name="Staff site"),
        "signInFailed",
        {"because": "wrongPassword", "application": "a-1", "name": "Staff site"},
    ),
    (
        SignInFailed(because="wrong", way=Way("plantedPass")),
        "signInFailed",
        {"because": "wrong", "way": "plantedPass"},
    ),
    (FirstMethodUsed(way=Way("plantedPass")), "firstMethodUsed", {"way": "plantedPass"}),
    (SignedOut(), "signedOut", {}),
    (SessionEnded(session="s-1"), "sessionEnded", {"session": "s-1"}),
    (SessionsRevoked(by="user", sessions=2), "sessionsRevoked", {"by": "user", "sessions": "2"}),
    (
        SessionsRevoked(command="user sign-out"),
        "sessionsRevoked",
        {"command": "user sign-out"},
    ),
    (DeviceRemembered(device="d-1"), "deviceRemembered", {"device": "d-1"}),
    (DeviceForgotten(device="d-1"), "deviceForgotten", {"device": "d-1"}),
    (
        DeviceRefused(device="d-1", because="copied"),
        "deviceRefused",
        {"because": "copied", "device": "d-1"},
    ),
    (DevicesRestored(devices=0), "rememberedDevicesRestored", {"devices": "0"}),
    (
        ChallengeSent(way=Way("sms"), to=M67, purpose="signIn"),
        "challengeSent",
        {"purpose": "signIn", "to": M67, "way": "sms"},
    ),
    (
        ChallengeFailed(way=Way("voiceOffice"), because="noAnswer", purpose="registration"),
        "challengeFailed",
        {"because": "noAnswer", "purpose": "registration", "way": "voiceOffice"},
    ),
    (
        RecoveryCodeUsed(way=Way("recoveryCode"), left=9),
        "recoveryCodeUsed",
        {"way": "recoveryCode", "left": "9"},
    ),
    (
        LimitReached(limit="passwordNetwork", until="2026-11-21T15:30:00+00:00"),
        "limitReached",
        {"limit": "passwordNetwork", "until": "2026-11-21T15:30:00+00:00"},
    ),
    (
        FarewellWithheld(to="+XX XXXXXXXX67"),
        "farewellWithheld",
        {"to": "+XX XXXXXXXX67"},
    ),
    (
        SendingStopped(kind="texts", country="none", purpose="signIn"),
        "sendingStopped",
        {"country": "none", "kind": "texts", "purpose": "signIn"},
    ),
    (
        FraudReported(way=Way("voiceMobile"), blocked=True),
        "fraudReported",
        {"blocked": "True", "way": "voiceMobile"},
    ),
    (
        ProofsBlocked(command="user block", reason="stolen", until="2026-03-01T12:00:00+00:00"),
        "proofsBlocked",
        {"command": "user block", "reason": "stolen", "until": "2026-03-01T12:00:00+00:00"},
    ),
    (
        ProofsUnblocked(command="user unblock", reason="found"),
        "proofsUnblocked",
        {"command": "user unblock", "reason": "found"},
    ),
    (
        MethodAdded(kind="softwareOath", was="", now="Blue"),
        "methodAdded",
        {"kind": "softwareOath", "now": "Blue", "was": ""},
    ),
    (
        MethodRenamed(kind="softwareOath", was="Blue", now="Red"),
        "methodRenamed",
        {"kind": "softwareOath", "now": "Red", "was": "Blue"},
    ),
    (
        MethodReplaced(kind="phone", was=M12, now=M67),
        "methodReplaced",
        {"kind": "phone", "now": M67, "was": M12},
    ),
    (
        MethodRemoved(kind="phone", was=M12, now=""),
        "methodRemoved",
        {"kind": "phone", "now": "", "was": M12},
    ),
    (
        OathTokenAdded(serial="A-1", model="Key", command="import tokens"),
        "oathTokenAdded",
        {"command": "import tokens", "model": "Key", "serial": "A-1"},
    ),
    (
        OathTokenChanged(serial="A-1", model="Key", reason="typed wrong"),
        "oathTokenChanged",
        {"model": "Key", "reason": "typed wrong", "serial": "A-1"},
    ),
    (
        OathTokenDeleted(serial="A-1", model="Key", reason="broken"),
        "oathTokenDeleted",
        {"model": "Key", "reason": "broken", "serial": "A-1"},
    ),
    (
        MethodsReset(command="user require-registration", reason="stolen", cleared=f"phone {M67}"),
        "methodsReset",
        {"cleared": f"phone {M67}", "command": "user require-registration", "reason": "stolen"},
    ),
    (
        DefaultMethodChanged(was="oath", now="sms", to=M67),
        "defaultMethodChanged",
        {"now": "sms", "to": M67, "was": "oath"},
    ),
    (RecoveryCodesMade(count=10), "recoveryCodesMade", {"count": "10"}),
    (NotMeReported(by="session"), "notMeReported", {"by": "session"}),
    (
        NotMeReported(by="link", gone="phone +XX XXXXXXXX42", back=f"phone {M67}"),
        "notMeReported",
        {"by": "link", "gone": "phone +XX XXXXXXXX42", "back": f"phone {M67}"},
    ),
    (ChangesReleased(command="user release"), "changesReleased", {"command": "user release"}),
    (Invited(command="user invite"), "invited", {"command": "user invite"}),
    (InvitationOpened(), "invitationOpened", {}),
    (InvitationRevoked(reason="4711"), "invitationRevoked", {"reason": "4711"}),
    (RegistrationStarted(kind="phone"), "registrationStarted", {"kind": "phone"}),
    (RegistrationSkipped(), "registrationSkipped", {}),
    (RegistrationCompleted(), "registrationCompleted", {}),
    (
        RegistrationCompleted(because="cancelled"),
        "registrationCompleted",
        {"because": "cancelled"},
    ),
    (
        UserAdded(command="user add", methods="phone, softwareOath"),
        "userAdded",
        {"command": "user add", "methods": "phone, softwareOath"},
    ),
    (
        UserChanged(command="user disable", account_enabled=False),
        "userChanged",
        {"accountEnabled": "False", "command": "user disable"},
    ),
    (
        ProfileChanged(properties="displayName, mail"),
        "profileChanged",
        {"properties": "displayName, mail"},
    ),
    (
        UserDeleted(name="robin@contoso.test", command="user delete"),
        "userDeleted",
        {"name": "robin@contoso.test", "command": "user delete"},
    ),
    (UserRestored(command="user restore"), "userRestored", {"command": "user restore"}),
    (UserErased(reason="4711"), "userErased", {"reason": "4711"}),
    (PasswordSet(by="owner"), "passwordSet", {"by": "owner"}),
    (
        PasswordSet(by="owner", because="wrongPassword"),
        "passwordSet",
        {"because": "wrongPassword", "by": "owner"},
    ),
    (
        PasswordSet(command="user set-password", forced_change="forceChangePasswordNextSignIn"),
        "passwordSet",
        {"command": "user set-password", "forcedChange": "forceChangePasswordNextSignIn"},
    ),
    (
        PasswordResetByOwner(proofs="email r***@example.org"),
        "passwordReset",
        {"proofs": "email r***@example.org"},
    ),
    (
        PasswordChangeForced(forced_change="forceChangePasswordNextSignIn", reason="4711"),
        "passwordChangeForced",
        {"forcedChange": "forceChangePasswordNextSignIn", "reason": "4711"},
    ),
    (
        MfaStateChanged(was="enabled", now="enforced"),
        "mfaStateChanged",
        {"now": "enforced", "was": "enabled"},
    ),
    (
        RoleAssigned(command="init", role="r-1", name="Global Administrator"),
        "roleAssigned",
        {"command": "init", "name": "Global Administrator", "role": "r-1"},
    ),
    (
        RoleAssigned(role="r-2", name="Help desk (MFA)", unit="u-1", until="2027-01-01T00:00:00"),
        "roleAssigned",
        {"name": "Help desk (MFA)", "role": "r-2", "unit": "u-1", "until": "2027-01-01T00:00:00"},
    ),
    (
        RoleRemoved(role="r-2", name="Help desk (MFA)", unit="u-1"),
        "roleRemoved",
        {"name": "Help desk (MFA)", "role": "r-2", "unit": "u-1"},
    ),
    (
        CustomRoleCreated(role="r-3", name="Readers", permissions="readMethods, readUsers"),
        "customRoleCreated",
        {"name": "Readers", "permissions": "readMethods, readUsers", "role": "r-3"},
    ),
    (
        CustomRoleChanged(role="r-3", name="Readers", permissions="readUsers"),
        "customRoleChanged",
        {"name": "Readers", "permissions": "readUsers", "role": "r-3"},
    ),
    (
        CustomRoleDeleted(role="r-3", name="Readers"),
        "customRoleDeleted",
        {"name": "Readers", "role": "r-3"},
    ),
    (UnitCreated(unit="u-1", name="North"), "unitCreated", {"name": "North", "unit": "u-1"}),
    (UnitChanged(unit="u-1", name="North"), "unitChanged", {"name": "North", "unit": "u-1"}),
    (UnitDeleted(unit="u-1", name="North"), "unitDeleted", {"name": "North", "unit": "u-1"}),
    (
        UnitMemberAdded(unit="u-1", name="North"),
        "unitMemberAdded",
        {"name": "North", "unit": "u-1"},
    ),
    (
        UnitMemberRemoved(unit="u-1", name="North"),
        "unitMemberRemoved",
        {"name": "North", "unit": "u-1"},
    ),
    (
        PolicyChanged(command="policy set", rules="ways, graceDays"),
        "policyChanged",
        {"command": "policy set", "rules": "ways, graceDays"},
    ),
    (
        JobStarted(command="jobs start", job="7", act="reset-methods", reason="Lost"),
        "jobStarted",
        {"command": "jobs start", "job": "7", "act": "reset-methods", "reason": "Lost"},
    ),
    (
        JobFinished(job="7", done=2, failed=1),
        "jobFinished",
        {"job": "7", "done": "2", "failed": "1"},
    ),
    (
        JobStopped(job="7", act="reset-methods"),
        "jobStopped",
        {"job": "7", "act": "reset-methods"},
    ),
    (
        JobUndone(command="jobs undo", job="7", act="reset-methods"),
        "jobUndone",
        {"command": "jobs undo", "job": "7", "act": "reset-methods"},
    ),
    (
        MethodsRestored(command="jobs undo", job="7", restored="phone +44 7XXXXXXX67"),
        "methodsRestored",
        {"command": "jobs undo", "job": "7", "restored": "phone +44 7XXXXXXX67"},
    ),
    (ServiceInitialised(command="init"), "serviceInitialised", {"command": "init"}),
    (
        ServiceRestored(command="restore", last_entry=7, last_digest="ab" * 32),
        "serviceRestored",
        {"command": "restore", "lastDigest": "ab" * 32, "lastEntry": "7"},
    ),
    (
        BackupMade(command="backup", file="a.db", key="0123"),
        "backupMade",
        {"command": "backup", "file": "a.db", "key": "0123"},
    ),
    (LogExported(entries=12), "logExported", {"entries": "12"}),
    (
        PeopleListed(list_of="campaign", people=7),
        "peopleListed",
        {"listOf": "campaign", "people": "7"},
    ),
    (
        UsersExported(command="export users", file="a.csv", authentication_numbers="masked"),
        "usersExported",
        {"authenticationNumbers": "masked", "command": "export users", "file": "a.csv"},
    ),
    (
        AppPasswordMade(app_password="p-1", name="laptop"),
        "appPasswordMade",
        {"appPassword": "p-1", "name": "laptop"},
    ),
    (
        AppPasswordDeleted(app_password="p-1", name="laptop"),
        "appPasswordDeleted",
        {"appPassword": "p-1", "name": "laptop"},
    ),
    (
        AppPasswordsDeleted(app_passwords=2, command="user delete-app-passwords", reason="Lost"),
        "appPasswordsDeleted",
        {"appPasswords": "2", "command": "user delete-app-passwords", "reason": "Lost"},
    ),
    (
        AppPasswordUsed(app_password="p-1", name="laptop", protocol="imap"),
        "appPasswordUsed",
        {"appPassword": "p-1", "name": "laptop", "protocol": "imap"},
    ),
    (
        AppPasswordRefused(protocol="imap", because="wrong"),
        "appPasswordRefused",
        {"because": "wrong", "protocol": "imap"},
    ),
    (CallerCheckStarted(), "callerCheckStarted", {}),
    (
        CallerProven(way=Way("sms"), by="7"),
        "callerProven",
        {"by": "7", "way": "sms"},
    ),
    (
        ApprovalRequested(
            request="r-1", act="lost-device", permission="resetMethods", reason="Lost"
        ),
        "approvalRequested",
        {"act": "lost-device", "permission": "resetMethods", "reason": "Lost", "request": "r-1"},
    ),
    (
        ApprovalGiven(request="r-1", act="lost-device", requester="7", reason="Known"),
        "approvalGiven",
        {"act": "lost-device", "reason": "Known", "request": "r-1", "requester": "7"},
    ),
    (
        ApprovalDeclined(request="r-1", act="lost-device", requester="7", reason="Unknown"),
        "approvalDeclined",
        {"act": "lost-device", "reason": "Unknown", "request": "r-1", "requester": "7"},
    ),
    (
        ProxyNotNamed(proxy="10.0.0.7"),
        "proxyNotNamed",
        {"proxy": "10.0.0.7"},
    ),
    (
        ApplicationCreated(application="a-1", name="Script", command="app create"),
        "applicationCreated",
        {"application": "a-1", "command": "app create", "name": "Script"},
    ),
    (
        ApplicationDeleted(application="a-1", name="Script", command="app delete"),
        "applicationDeleted",
        {"application": "a-1", "command": "app delete", "name": "Script"},
    ),
    (
        ApplicationChanged(application="a-1", name="Script", properties="enabled"),
        "applicationChanged",
        {"application": "a-1", "name": "Script", "properties": "enabled"},
    ),
    (
        CredentialAdded(
            application="a-1", name="Script", kind="secret", id="s-1", until="2027-01-01"
        ),
        "credentialAdded",
        {
            "application": "a-1",
            "id": "s-1",
            "kind": "secret",
            "name": "Script",
            "until": "2027-01-01",
        },
    ),
    (
        CredentialRemoved(application="a-1", name="Script", kind="secret", id="s-1"),
        "credentialRemoved",
        {"application": "a-1", "id": "s-1", "kind": "secret", "name": "Script"},
    ),
    (
        PermissionsGranted(
            application="a-1", name="Script", kind="application", permissions="User.Read.All"
        ),
        "permissionsGranted",
        {
            "application": "a-1",
            "kind": "application",
            "name": "Script",
            "permissions": "User.Read.All",
        },
    ),
    (
        PermissionsRemoved(application="a-1", name="Script", kind="role", permissions="r-1"),
        "permissionsRemoved",
        {"application": "a-1", "kind": "role", "name": "Script", "permissions": "r-1"},
    ),
    (
        ApplicationAssigned(application="a-1", name="Script", group="g-1"),
        "applicationAssigned",
        {"application": "a-1", "group": "g-1", "name": "Script"},
    ),
    (
        ApplicationUnassigned(application="a-1", name="Script", role="r-1"),
        "applicationUnassigned",
        {"application": "a-1", "name": "Script", "role": "r-1"},
    ),
    (
        ConsentGiven(application="a-1", name="Script", permissions="openid, user.read"),
        "consentGiven",
        {"application": "a-1", "name": "Script", "permissions": "openid, user.read"},
    ),
    (
        ConsentWithdrawn(application="a-1", name="Script"),
        "consentWithdrawn",
        {"application": "a-1", "name": "Script"},
    ),
    (
        GroupCreated(group="g-1", name="Pilots"),
        "groupCreated",
        {"group": "g-1", "name": "Pilots"},
    ),
    (
        GroupChanged(group="g-1", name="Crew"),
        "groupChanged",
        {"group": "g-1", "name": "Crew"},
    ),
    (
        GroupDeleted(group="g-1", name="Crew", command="group delete"),
        "groupDeleted",
        {"command": "group delete", "group": "g-1", "name": "Crew"},
    ),
    (
        AddedToGroup(group="g-1", name="Pilots", belonging="member"),
        "addedToGroup",
        {"belonging": "member", "group": "g-1", "name": "Pilots"},
    ),
    (
        RemovedFromGroup(group="g-1", name="Pilots", belonging="owner"),
        "removedFromGroup",
        {"belonging": "owner", "group": "g-1", "name": "Pilots"},
    ),
    (
        ClientRefused(application="a-1", reason="wrongSecret"),
        "clientRefused",
        {"application": "a-1", "reason": "wrongSecret"},
    ),
    (
        KeysRotated(command="rotate-keys", key_encryption_key="0123"),
        "keysRotated",
        {"command": "rotate-keys", "keyEncryptionKey": "0123"},
    ),
    (
        KeysRotated(command="rotate-keys", methods="k-1", audit="k-2"),
        "keysRotated",
        {"audit": "k-2", "command": "rotate-keys", "methods": "k-1"},
    ),
    (
        KeysRemoved(command="rotate-keys", purpose="audit", id="k-1"),
        "keysRemoved",
        {"command": "rotate-keys", "id": "k-1", "purpose": "audit"},
    ),
)
EVENTS = tuple(event for event, _, _ in STORED)
"""One or more of every class; a test holds that none is missing."""
