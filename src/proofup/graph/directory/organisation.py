"""``organization`` and ``domains``: what clients ask to learn where they are."""

from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity
from proofup.graph.call import Call
from proofup.graph.errors import bad_request, not_found

SETTINGS = {
    "displayName": "the setting organisation.name",
    "businessPhones": "the setting organisation.help_desk_phone",
    "countryLetterCode": "the setting organisation.default_region",
    "preferredLanguage": "the setting organisation.default_language",
    "technicalNotificationMails": "the setting organisation.help_desk_mail",
    "verifiedDomains": "the setting organisation.domains",
}
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
    _check_named(call)
    return entity(call.metadata("organization", one=True), _organisation(call))


async def update(call: Call) -> Answer:
    """Refuse to change what the operator's settings say; what is so already is no change."""
    _check_named(call)
    now = _organisation(call)
    for name, value in call.json().items():
        if "@odata." in name:
            continue
        if name not in now:
            message = f"The property '{name[:64]}' of an organization cannot be set here."
            raise bad_request(message)
        if value != now[name]:
            message = f"The property '{name}' is said by {SETTINGS.get(name, 'the service')}."
            raise bad_request(message)
    return NO_CONTENT


def _check_named(call: Call) -> None:
    if call.params["organisation"].lower() != call.door.granting.tenant.id:
        raise not_found(call.params["organisation"][:100])


async def list_domains(call: Call) -> Answer:
    """List the domains."""
    return collection(call.metadata("domains"), _domains(call))


async def get_domain(call: Call) -> Answer:
    """Return one domain."""
    for one in _domains(call):
        if one["id"] == call.params["domain"].lower():
            return entity(call.metadata("domains", one=True), one)
    raise not_found(call.params["domain"][:100])
