"""``organization`` and ``domains``: what clients ask to learn where they are."""

from proofup.graph.answers import Answer, Resource, collection, entity
from proofup.graph.call import Call
from proofup.graph.errors import not_found

NEVER_EXPIRES = 2147483647  # days: what Graph says of passwords that do not


def _domains(call: Call) -> list[Resource]:
    return [
        {
            "id": name,
            "authenticationType": "Managed",
            "availabilityStatus": None,
            "isAdminManaged": True,
            "isDefault": number == 0,
            "isInitial": number == 0,
            "isRoot": True,
            "isVerified": True,
            "supportedServices": [],
            "passwordValidityPeriodInDays": NEVER_EXPIRES,
            "passwordNotificationWindowInDays": None,
        }
        for number, name in enumerate(call.door.granting.tenant.domains)
    ]


def _organisation(call: Call) -> Resource:
    organisation = call.door.organisation
    return {
        "id": call.door.granting.tenant.id,
        "deletedDateTime": None,
        "displayName": organisation.name,
        "businessPhones": [one for one in (organisation.help_desk_phone,) if one],
        "countryLetterCode": organisation.default_region,
        "preferredLanguage": organisation.default_language,
        "technicalNotificationMails": [one for one in (organisation.help_desk_mail,) if one],
        "tenantType": "AAD",
        "assignedPlans": [],
        "provisionedPlans": [],
        "verifiedDomains": [
            {
                "capabilities": "Email",
                "isDefault": number == 0,
                "isInitial": number == 0,
                "name": name,
                "type": "Managed",
            }
            for number, name in enumerate(call.door.granting.tenant.domains)
        ],
    }


async def list_organisations(call: Call) -> Answer:
    """List the one organisation."""
    return collection(call.metadata("organization"), [_organisation(call)])


async def get_organisation(call: Call) -> Answer:
    """Return the organisation."""
    if call.params["organisation"].lower() != call.door.granting.tenant.id:
        raise not_found(call.params["organisation"][:100])
    return entity(call.metadata("organization", one=True), _organisation(call))


async def list_domains(call: Call) -> Answer:
    """List the domains."""
    return collection(call.metadata("domains"), _domains(call))


async def get_domain(call: Call) -> Answer:
    """Return one domain."""
    for one in _domains(call):
        if one["id"] == call.params["domain"].lower():
            return entity(call.metadata("domains", one=True), one)
    raise not_found(call.params["domain"][:100])
