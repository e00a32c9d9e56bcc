"""What acts need from outside, joined once at start."""

from collections.abc import Callable

from msgspec import Struct

from proofup.administration.job import Items, Jobs
from proofup.administration.kept_methods import KeptMethodsReader
from proofup.challenges.room import Room
from proofup.directory.app_passwords import AppPasswords
from proofup.directory.caller_checks import CallerChecks
from proofup.directory.deleted_users import DeletedUsers
from proofup.directory.devices import Devices
from proofup.directory.groups import Groups
from proofup.directory.invitations import Invitations
from proofup.directory.oath_tokens import OathTokens
from proofup.directory.passwords import CommonPasswords, PasswordHashing, PeopleWithoutPassword
from proofup.directory.roles import Roles
from proofup.directory.search import PeopleSearch
from proofup.directory.units import Units
from proofup.policy.approval import ApprovalRequests
from proofup.policy.dependence import PeopleLacking
from proofup.policy.impact import Population
from proofup.policy.rule_history import RuleHistory
from proofup.policy.subscriber import Subscribers
from proofup.tokens.application import Applications
from proofup.tokens.assignment import AppAssignments


class Ports(Struct, frozen=True, kw_only=True):
    """Ports and parts of this package; the challenge room is one of them.

    ``invitation_url`` makes the address of a token, ``check_url`` that of a
    caller's word, ``approval_url`` that of a request for a second approver.
    """

    subscribers: Subscribers
    deleted_users: DeletedUsers
    roles: Roles
    units: Units
    groups: Groups
    applications: Applications
    assignments: AppAssignments
    devices: Devices
    tokens: OathTokens
    caller_checks: CallerChecks
    approvals: ApprovalRequests
    app_passwords: AppPasswords
    jobs: Jobs
    job_items: Items
    kept_methods: KeptMethodsReader
    search: PeopleSearch
    rule_history: RuleHistory
    population: Population
    lacking: PeopleLacking
    without_password: PeopleWithoutPassword
    hashing: PasswordHashing
    common: CommonPasswords
    invitations: Invitations
    invitation_url: Callable[[str], str]
    check_url: Callable[[str], str]
    approval_url: Callable[[str], str]
    room: Room
