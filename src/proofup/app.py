"""The composition root: builds every concrete part and joins them; the only file that knows all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from proofup.authentication import ports as signing_in
from proofup.challenges.call_progress import note_call
from proofup.challenges.room import Room
from proofup.config.prices import prices, thousandths
from proofup.config.settings import Calls, Settings, Smtp, TextCarrier, Texts
from proofup.delivery.carriers import Mailer, SmsCarrier, VoiceCarrier
from proofup.delivery.kannel import KannelCarrier, KannelSettings, Proofs
from proofup.delivery.kannel_receipts import kannel_receipt_route
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.sender import Sender
from proofup.delivery.smtp import SmtpMailer, SmtpSecurity, SmtpSettings
from proofup.delivery.webhook import (
    CALLS_PATH,
    RECEIPTS_PATH,
    Webhook,
    WebhookCaller,
    WebhookCarrier,
    WebhookSettings,
)
from proofup.delivery.webhook_calls import call_route
from proofup.delivery.webhook_receipts import receipt_route
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.hashing.cost import Cost
from proofup.hashing.pool import Argon2idPool
from proofup.languages.catalogues import Catalogues
from proofup.methods.catalogue import catalogue
from proofup.metrics.watch import METRICS_PATH, UNWATCHED, Watch
from proofup.notices.notifying import Notifier
from proofup.pages.cookies import Cookies
from proofup.pages.dialect import PageDialect
from proofup.pages.errors import Problems
from proofup.pages.mails import RenderedMail, render_mail
from proofup.pages.pages import Pages
from proofup.pages.static_files import StaticFiles
from proofup.policy import limits
from proofup.policy.budgets import Budget
from proofup.portal.door import Door as PortalDoor
from proofup.portal.routes import routes as portal_routes
from proofup.registration import ports as registering
from proofup.serving.sign_in_lines import SignInLines
from proofup.signin.door import Door as SignInDoor
from proofup.signin.routes import routes as sign_in_routes
from proofup.storage.store import Store
from proofup.values.clock import Clock
from proofup.values.ids import Entropy
from proofup.values.sealing import KeyPurpose
from proofup.web.entrance import entrance

KIBI = 1024
ANY_HOST_PATHS = frozenset({"/healthz", "/readyz", METRICS_PATH})
GRACE = timedelta(seconds=20)


class Service(Struct, frozen=True, kw_only=True):
    """A service that is joined and ready to be served; ``close`` lets go of all but the store."""

    app: ASGIApp
    sender: Sender
    room: Room
    outbound: OutboundClient
    hashing: Argon2idPool

    async def close(self) -> None:
        """Finish what is being sent, and stop hashing."""
        await self.sender.stop(GRACE)
        await self.outbound.close()
        self.hashing.close()


def build(settings: Settings, store: Store, *, clock: Clock, entropy: Entropy) -> Service:
    """Return the service that ``settings`` describe, on an open store."""
    outbound = OutboundClient(allow=settings.outbound_allow)
    watch = _watch(settings)
    hashing = Argon2idPool(store.keys, entropy=entropy, cost=_cost(settings))
    languages = Catalogues(settings.organisation.default_language)
    room = build_room(settings, store, languages=languages, entropy=entropy, watch=watch)
    sign_in = signing_in.Ports(
        people=store.people,
        subscribers=store.subscribers,
        passwords=store.passwords,
        hashing=hashing,
        sign_ins=store.sign_ins,
        sessions=store.sessions,
        browsers=store.browsers,
        recovery=store.recovery_codes,
        devices=store.devices,
        stretching=hashing,
        room=room,
    )
    texts = _texts(settings, settings.texts, store, outbound, clock)
    calls, mailer = _calls(settings, outbound, clock), _mails(settings, settings.smtp, clock)
    sender = Sender(
        outbox=store.outbox,
        texts={name: watch.carrier("text", name, one) for name, one in texts.items()},
        calls={name: watch.carrier("call", name, one) for name, one in calls.items()},
        mails=mailer and watch.carrier("mail", "smtp", mailer),
        clock=clock,
    )
    figures = watch.routes(room, store.engine, hashing, clock)
    app = _pages(settings, store, sign_in, watch, figures, clock=clock, entropy=entropy)
    return Service(app=app, sender=sender, room=room, outbound=outbound, hashing=hashing)


def _watch(settings: Settings) -> Watch:
    if settings.metrics is None:
        return UNWATCHED
    # Prometheus's library takes as long to import as all the rest, so it waits until it is wanted.
    from proofup.metrics.instruments import Instruments
    from proofup.metrics.measured import Measured

    return Measured(Instruments(), settings.metrics.token)


def build_room(
    settings: Settings,
    store: Store,
    *,
    languages: Catalogues,
    entropy: Entropy,
    watch: Watch = UNWATCHED,
) -> Room:
    """Return what putting and judging challenges takes."""
    keys = store.keys

    def counter_key(limit: str, *whom: str) -> str:
        return limits.counter_key(limit, *keys.names(KeyPurpose.COUNTERS, limit, *whom))

    def code_digests(*parts: str) -> Sequence[bytes]:
        return keys.digests(KeyPurpose.CODES, *parts)

    return Room(
        catalogue=catalogue(
            organisation=settings.organisation.name, digests=code_digests, languages=languages
        ),
        methods=store.methods,
        challenges=store.challenges,
        deliveries=store.outbox,
        counters=watch.counters(store.counters),
        counter_key=counter_key,
        people=store.people,
        policies=store.policies,
        notifier=Notifier(
            organisation=settings.organisation,
            languages=languages,
            not_me_url=lambda token: f"{settings.public_url.origin}/not-me/{token}",
            entropy=entropy,
        ),
        texts=_budget("texts", settings.texts),
        calls=_budget("calls", settings.calls),
        conversions=store.conversions,
        served=settings.served,
        commit=SignInLines(watch.commit(store.commit)),
        entropy=entropy,
    )


def _pages(
    settings: Settings,
    store: Store,
    sign_in: signing_in.Ports,
    watch: Watch,
    figures: Sequence[BaseRoute],
    *,
    clock: Clock,
    entropy: Entropy,
) -> ASGIApp:
    """Return all doors behind the one entrance."""
    public_url = settings.public_url
    static = StaticFiles()
    languages = sign_in.room.notifier.languages
    pages = Pages(
        organisation=settings.organisation,
        public_url=public_url,
        static=static,
        languages=languages,
    )
    problems = Problems(pages)
    cookies = Cookies.of(public_url)
    registration = registering.Ports(
        people=store.people,
        registrations=store.registrations,
        links=store.notice_links,
        invitations=store.invitations,
        devices=store.devices,
        organisation=settings.organisation,
        recovery=store.recovery_codes,
        stretching=sign_in.stretching,
        passwords=store.passwords,
        hashing=sign_in.hashing,
        common=CommonPasswordTable(),
        room=sign_in.room,
    )
    caller = settings.calls.caller if settings.calls else None
    sign_in_door = SignInDoor(
        ports=sign_in, pages=pages, problems=problems, cookies=cookies, caller=caller
    )
    portal_door = PortalDoor(
        ports=registration,
        sign_in=sign_in,
        activity=store.audit,
        passwords=store.passwords,
        pages=pages,
        problems=problems,
        cookies=cookies,
        caller=caller,
    )
    app = Starlette(
        routes=[
            *_health(store),
            *figures,
            static.route(),
            *sign_in_routes(sign_in_door),
            *portal_routes(portal_door),
            *_reports(settings, store, sign_in.room, clock),
        ],
        exception_handlers={**problems.table(), **sign_in_door.answers},
    )
    app.router.redirect_slashes = False
    return entrance(
        app,
        dialect=PageDialect(
            problems=problems, cookies=cookies, languages=languages, entropy=entropy
        ),
        public_url=public_url,
        clock=clock,
        entropy=entropy,
        trusted_proxies=settings.trusted_proxies,
        machine_paths=(RECEIPTS_PATH, CALLS_PATH),
        any_host_paths=ANY_HOST_PATHS,
        note_request=watch.note_request,
    )


def _health(store: Store) -> list[BaseRoute]:
    """Return whether the process is up, and whether it can serve; neither tells anything else."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("up")

    async def ready(_: Request) -> Response:
        is_ready = await store.ready()
        return PlainTextResponse("up" if is_ready else "starting", 200 if is_ready else 503)

    return [Route("/healthz", alive), Route("/readyz", ready)]


def _budget(kind: str, section: Texts | Calls | None) -> Budget:
    """Return what the operator allows of texts or calls."""
    if section is None:
        return Budget(kind=kind)
    return Budget(
        kind=kind,
        countries=section.countries,
        per_day=section.per_day,
        per_day_and_country=section.per_day_and_country,
        price=thousandths(section.price) or 0,
        prices=prices(section.prices),
        spend_per_day=thousandths(section.spend_per_day),
        spend_per_day_and_country=thousandths(section.spend_per_day_and_country),
    )


def _reports(settings: Settings, store: Store, room: Room, clock: Clock) -> list[BaseRoute]:
    """Return the doors by which carriers report; also of one that takes no new texts."""
    texts, outbox, routes = settings.texts, store.outbox, list[BaseRoute]()
    if settings.calls:
        noting = partial(note_call, room)
        secret = settings.calls.secret
        routes.append(call_route(note_call=noting, outbox=outbox, secret=secret, clock=clock))
    if texts and texts.secret:
        routes.append(receipt_route(outbox=outbox, secret=texts.secret, clock=clock))
    if texts and texts.kannel:
        routes.append(kannel_receipt_route(outbox=outbox, proofs=_proofs(store), clock=clock))
    return routes


def _proofs(store: Store) -> Proofs:
    def proofs(message_id: str) -> list[str]:
        digests = store.keys.digests(KeyPurpose.RECEIPTS, "kannel", message_id)
        return [digest.hex() for digest in digests]

    return proofs


def _texts(
    settings: Settings, texts: Texts | None, store: Store, outbound: OutboundClient, clock: Clock
) -> dict[str, SmsCarrier]:
    """Return the carriers for texts in the order in which they are tried."""
    origin, found = settings.public_url.origin, dict[str, SmsCarrier]()
    if texts and texts.kannel:
        found[TextCarrier.KANNEL] = KannelCarrier(
            KannelSettings(
                url=texts.kannel.url,
                user=texts.kannel.user,
                password=texts.kannel.password,
                sender=texts.kannel.sender or texts.sender,
            ),
            client=outbound,
            public_url=origin,
            proofs=_proofs(store),
            clock=clock,
        )
    if texts and texts.webhook and texts.secret:
        webhook = WebhookSettings(url=texts.webhook, secret=texts.secret, sender=texts.sender)
        found[TextCarrier.WEBHOOK] = WebhookCarrier(
            Webhook(settings=webhook, client=outbound, public_url=origin, clock=clock)
        )
    return {name: found[name] for name in texts.carriers} if texts else {}


def _calls(settings: Settings, outbound: OutboundClient, clock: Clock) -> dict[str, VoiceCarrier]:
    calls, origin = settings.calls, settings.public_url.origin
    if calls is None:
        return {}
    webhook = WebhookSettings(url=calls.webhook, secret=calls.secret, sender=calls.caller)
    caller = WebhookCaller(
        Webhook(settings=webhook, client=outbound, public_url=origin, clock=clock)
    )
    return {"webhook": caller}


def _mails(settings: Settings, smtp: Smtp | None, clock: Clock) -> Mailer | None:
    if smtp is None:
        return None

    def render(template: str, facts: Mapping[str, str], language: str) -> RenderedMail:
        return render_mail(template, facts, language, settings.organisation, settings.public_url)

    return SmtpMailer(
        SmtpSettings(
            host=smtp.host,
            port=smtp.port,
            security=SmtpSecurity(smtp.security.value),
            user=smtp.user,
            password=smtp.password,
            sender=smtp.sender,
        ),
        render=render,
        clock=clock,
    )


def _cost(settings: Settings) -> Cost:
    hashing = settings.hashing
    return Cost(memory_kib=hashing.memory_mib * KIBI, passes=hashing.passes)
