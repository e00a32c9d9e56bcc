"""Builds the sender with the carriers of the settings."""

from collections.abc import Mapping
from functools import partial

from proofup.assembly.callbacks import receipt_proofs
from proofup.challenges.room import Room
from proofup.challenges.waking import end_subscription
from proofup.config.settings import Settings, TextCarrier
from proofup.config.settings import Twilio as TwilioAccount
from proofup.delivery.carriers import Mailer, SmsCarrier, VoiceCarrier
from proofup.delivery.kannel import KannelCarrier, KannelSettings
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.sender import Sender
from proofup.delivery.smpp import SmppCarrier, SmppSettings
from proofup.delivery.smtp import SmtpMailer, SmtpSecurity, SmtpSettings
from proofup.delivery.twilio import Twilio, TwilioCalls, TwilioSettings, TwilioTexts
from proofup.delivery.web_push import WebPush
from proofup.delivery.webhook import Webhook, WebhookCaller, WebhookCarrier, WebhookSettings
from proofup.metrics.watch import Watch
from proofup.pages.mails import RenderedMail, render_mail
from proofup.storage.store import Store
from proofup.values.clock import Clock


def message_sender(
    settings: Settings,
    store: Store,
    room: Room,
    outbound: OutboundClient,
    watch: Watch,
    *,
    clock: Clock,
) -> Sender:
    """Return the sender of the outbox's messages, with each carrier measured."""
    texts = text_carriers(settings, store, outbound, clock=clock)
    calls, mailer = _voice_carriers(settings, outbound, clock), _mailer(settings, clock)
    push_service = WebPush(
        client=outbound,
        keys=store.keys,
        contact=_contact(settings),
        ended=partial(end_subscription, room),
        clock=clock,
    )
    return Sender(
        outbox=store.outbox,
        texts={name: watch.carrier("text", name, one) for name, one in texts.items()},
        calls={name: watch.carrier("call", name, one) for name, one in calls.items()},
        mails=mailer and watch.carrier("mail", "smtp", mailer),
        pushes=watch.carrier("notification", "webPush", push_service),
        clock=clock,
    )


def text_carriers(
    settings: Settings, store: Store, outbound: OutboundClient, *, clock: Clock
) -> dict[str, SmsCarrier]:
    """Return the carriers for texts in the order in which they are tried."""
    texts, origin, found = settings.texts, settings.public_url.origin, dict[str, SmsCarrier]()
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
            proofs=receipt_proofs(store.keys),
            clock=clock,
        )
    if texts and texts.smpp:
        found[TextCarrier.SMPP] = SmppCarrier(
            SmppSettings(
                host=texts.smpp.host,
                port=texts.smpp.port,
                tls=texts.smpp.tls,
                user=texts.smpp.user,
                password=texts.smpp.password,
                system_type=texts.smpp.system_type,
                sender=texts.smpp.sender or texts.sender or "",
            ),
            client=outbound,
            outbox=store.outbox,
            clock=clock,
        )
    if texts and texts.webhook and texts.secret:
        webhook = WebhookSettings(url=texts.webhook, secret=texts.secret, sender=texts.sender)
        found[TextCarrier.WEBHOOK] = WebhookCarrier(
            Webhook(settings=webhook, client=outbound, public_url=origin, clock=clock)
        )
    if texts and texts.twilio and texts.sender:
        found[TextCarrier.TWILIO] = TwilioTexts(
            _twilio(texts.twilio, texts.sender, outbound, origin, clock)
        )
    return {name: found[name] for name in texts.carriers} if texts else {}


def _twilio(
    account: TwilioAccount, sender: str, outbound: OutboundClient, origin: str, clock: Clock
) -> Twilio:
    told = TwilioSettings(
        account=account.account, token=account.token, url=account.url, sender=sender
    )
    return Twilio(settings=told, client=outbound, public_url=origin, clock=clock)


def _voice_carriers(
    settings: Settings, outbound: OutboundClient, clock: Clock
) -> dict[str, VoiceCarrier]:
    calls, origin = settings.calls, settings.public_url.origin
    if calls is None:
        return {}
    found = dict[str, VoiceCarrier]()
    if calls.webhook and calls.secret:
        webhook = WebhookSettings(url=calls.webhook, secret=calls.secret, sender=calls.caller)
        found["webhook"] = WebhookCaller(
            Webhook(settings=webhook, client=outbound, public_url=origin, clock=clock)
        )
    if calls.twilio and calls.caller:
        account = _twilio(calls.twilio, calls.caller, outbound, origin, clock)
        found["twilio"] = TwilioCalls(account)
    return found


def _contact(settings: Settings) -> str:
    """Return where the operator of a push service reaches ours (RFC 8292 §2.1)."""
    mail = settings.organisation.help_desk_mail
    return f"mailto:{mail}" if mail else settings.public_url.origin


def _mailer(settings: Settings, clock: Clock) -> Mailer | None:
    smtp = settings.smtp
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
