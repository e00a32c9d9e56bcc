"""Joins the door of Graph."""

from functools import partial

from proofup.administration.ports import Ports
from proofup.assembly.newcomers import newcomer_rules
from proofup.authentication.ports import Ports as SignInPorts
from proofup.config.settings import Settings
from proofup.granting.ports import Ports as Granting
from proofup.graph.door import Door
from proofup.graph.methods.found import resources_of
from proofup.graph.routes import mounted
from proofup.registration.ports import Ports as OwnPorts
from proofup.storage.store import Store
from proofup.web.mount import Mount


def graph_door(
    settings: Settings,
    store: Store,
    *,
    ports: Ports,
    own: OwnPorts,
    sign_in: SignInPorts,
    granting: Granting,
) -> Mount:
    """Return the door, made with the ports of acts and those of changes to oneself."""
    door = Door(
        ports=ports,
        own=own,
        sign_in=sign_in,
        users=store.user_listing,
        activity=store.audit,
        log=store.log,
        tallies=store.tallies,
        profile_changes=store.profile_changes,
        passwords=store.passwords,
        organisation=settings.organisation,
        resources=resources_of(ports.room.catalogue.by_kind),
        policies=store.policies,
        registrations=store.registered_counts,
        newcomers=partial(newcomer_rules, settings, store.keys),
        granting=granting,
    )
    return mounted(door)
