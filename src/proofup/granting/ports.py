"""What grants need from outside, joined once at start."""

from msgspec import Struct

from proofup.directory.groups import Groups
from proofup.directory.roles import Roles
from proofup.directory.users import People
from proofup.granting.signing import CurrentKeys
from proofup.granting.verified_tokens import VerifiedTokens
from proofup.policy.limits import CounterKey, Counters
from proofup.tokens.application import Applications
from proofup.tokens.assignment import AppAssignments
from proofup.tokens.authorization import Authorizations
from proofup.tokens.consent import Consents
from proofup.tokens.device_code import DeviceCodes
from proofup.tokens.family import Families
from proofup.tokens.tenant import Tenant
from proofup.values.changes import Commit
from proofup.values.ids import Entropy


class Ports(Struct, frozen=True, kw_only=True):
    """Ports and parts of this package."""

    tenant: Tenant
    applications: Applications
    people: People
    roles: Roles
    authorizations: Authorizations
    families: Families
    consents: Consents
    assignments: AppAssignments
    groups: Groups
    device_codes: DeviceCodes
    keys: CurrentKeys
    verified: VerifiedTokens
    counters: Counters
    counter_key: CounterKey
    commit: Commit
    entropy: Entropy
