"""A group as Graph shows it: a security group, whose people are said one by one."""

from proofup.directory.groups import Group
from proofup.graph.answers import Resource, instant

TYPE = "#microsoft.graph.group"


def group_shown(one: Group) -> Resource:
    """Return the ``group``."""
    return {
        "id": one.id,
        "deletedDateTime": None,
        "displayName": one.name,
        "description": one.description,
        "createdDateTime": instant(one.created_at),
        "renewedDateTime": instant(one.created_at),
        "expirationDateTime": None,
        "classification": None,
        "groupTypes": [],
        "isAssignableToRole": None,
        "mail": None,
        "mailEnabled": False,
        "mailNickname": one.mail_nickname,
        "membershipRule": None,
        "membershipRuleProcessingState": None,
        "onPremisesLastSyncDateTime": None,
        "onPremisesSecurityIdentifier": None,
        "onPremisesSyncEnabled": None,
        "preferredLanguage": None,
        "proxyAddresses": [],
        "securityEnabled": True,
        "securityIdentifier": None,
        "theme": None,
        "visibility": None,
    }
