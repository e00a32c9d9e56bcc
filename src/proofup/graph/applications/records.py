"""``applications``: registered, read, changed, deleted, and given credentials."""

from msgspec import Struct

from proofup.administration.applications.certificates import end_certificate, roll_certificate
from proofup.administration.applications.credentials import add_secret, remove_credential
from proofup.administration.applications.registering import (
    Registration,
    create_application,
    delete_application,
)
from proofup.administration.planned import carry_out, together
from proofup.graph.answers import NO_CONTENT, Answer, collection, entity, narrowed
from proofup.graph.applications.acts import Acts
from proofup.graph.applications.bodies import Changed
from proofup.graph.applications.credentials import KeyCredential, PasswordCredential
from proofup.graph.applications.listing import application_in, listed
from proofup.graph.applications.shapes import (
    application_shown,
    certificate_shown,
    secret_shown,
    with_certificates,
)
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.tokens.application import Application

SEGMENT = "applications"


class AddPassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of addPassword."""

    password_credential: PasswordCredential | None = None


class RemovePassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of removePassword."""

    key_id: str


class AddKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of addKey; the password of a certificate that signs SAML is none of ours."""

    key_credential: KeyCredential
    password_credential: None = None
    proof: str


class RemoveKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of removeKey."""

    key_id: str
    proof: str


async def list_all(call: Call) -> Answer:
    """List applications."""
    return await listed(call, SEGMENT, application_shown)


async def get(call: Call) -> Answer:
    """Return one application."""
    application = await application_in(call)
    shown = application_shown(application)
    if "keyCredentials" in call.options.select:
        shown = with_certificates(shown, application)
    return entity(call.metadata(SEGMENT, one=True), narrowed(shown, call.options.select))


async def create(call: Call) -> Answer:
    """Register an application, with all that the body says of it, or nothing."""
    check_may(call, Permission.MANAGE_APPLICATIONS)
    body, ports = call.body(Changed), call.door.ports
    if not isinstance(body.display_name, str):
        raise bad_request("displayName is missing.")
    wanted = Registration(name=body.display_name)
    made = create_application(ports, call.actor, wanted, at=call.at)
    acts = Acts(call, made.done, [made])
    properties = body.properties(made.done)
    if properties.keys() - {"name"}:
        acts.change(properties)
    acts.set_certificates(body.key_credentials)
    secrets = acts.draw_secrets(body.password_credentials)
    await carry_out(ports, together(acts.planned))
    new = acts.application
    shown = {**application_shown(new), "passwordCredentials": secrets}
    return entity(
        call.metadata(SEGMENT, one=True),
        shown,
        status=201,
        location=f"{call.root}/{SEGMENT}/{new.object_id}",
    )


async def update(call: Call) -> Answer:
    """Change an application, with all that the body says of it, or nothing."""
    application, body = await managed(call), call.body(Changed)
    acts = Acts(call, application)
    properties = body.properties(application)
    if properties:
        acts.change(properties)
    acts.set_certificates(body.key_credentials)
    acts.keep_secrets(body.password_credentials)
    await carry_out(call.door.ports, together(acts.planned))
    return NO_CONTENT


async def delete(call: Call) -> Answer:
    """Delete an application."""
    application = await managed(call)
    await carry_out(call.door.ports, delete_application(call.actor, application, at=call.at))
    return NO_CONTENT


async def list_owners(call: Call) -> Answer:
    """List nobody: applications belong to the organisation here."""
    await application_in(call)
    return collection(call.metadata("directoryObjects"), [])


async def add_password(call: Call) -> Answer:
    """Draw a secret, and show it this once."""
    application, body = await managed(call), call.body(AddPassword)
    asked = body.password_credential or PasswordCredential()
    act = add_secret(
        call.door.ports,
        call.actor,
        application,
        name=(asked.display_name or "")[:100],
        ends_at=asked.end_date_time,
        at=call.at,
    )
    made = await carry_out(call.door.ports, act)
    context = call.metadata("microsoft.graph.passwordCredential")
    return entity(context, secret_shown(made.stored, made.secret.reveal()))


async def remove_password(call: Call) -> Answer:
    """Remove a secret, which ends the tokens of the application."""
    application, key_id = await managed(call), call.body(RemovePassword).key_id.lower()
    if all(one.id != key_id for one in application.secrets):
        raise bad_request("No credentials found to be removed with the keyId.")
    act = remove_credential(call.actor, application, key_id, at=call.at)
    await carry_out(call.door.ports, act)
    return NO_CONTENT


async def add_key(call: Call) -> Answer:
    """Add a certificate for whoever has the key of one that is there."""
    application, body = await found_for_roll(call), call.body(AddKey)
    act = roll_certificate(
        call.door.ports,
        call.actor,
        application,
        body.key_credential.content(),
        name=body.key_credential.name,
        proof=body.proof,
        at=call.at,
    )
    made = await carry_out(call.door.ports, act)
    context = call.metadata("microsoft.graph.keyCredential")
    return entity(context, certificate_shown(made.stored))


async def remove_key(call: Call) -> Answer:
    """Remove a certificate for whoever has the key of one."""
    application, body = await found_for_roll(call), call.body(RemoveKey)
    key_id = body.key_id.lower()
    if all(one.id != key_id for one in application.certificates):
        raise bad_request("No credentials found to be removed with the keyId.")
    act = end_certificate(call.actor, application, key_id, proof=body.proof, at=call.at)
    await carry_out(call.door.ports, act)
    return NO_CONTENT


async def found_for_roll(call: Call) -> Application:
    """Return the application: for itself, whatever it may, and for who may change applications."""
    acting = call.actor.application
    if call.principal.is_application and acting is not None:
        own = await call.door.ports.applications.by_id(acting.id)
        if own and call.params["application"].lower() in {own.object_id, own.principal_id, own.id}:
            return own
    return await managed(call)


async def managed(call: Call) -> Application:
    """Return the application that the address names, for whoever may change applications."""
    check_may(call, Permission.MANAGE_APPLICATIONS)
    return await application_in(call)
