"""Builds the sender with the carriers of the settings."""

from collections.abc import Mapping

from proofup.assembly.callbacks import receipt_proofs
from proofup.config.settings import Settings, TextCarrier
from proofup.delivery.carriers import Mailer, SmsCarrier, VoiceCarrier
from proofup.delivery.kannel import KannelCarrier, KannelSettings
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.sender import Sender
from proofup.delivery.smtp import SmtpMailer, SmtpSecurity, SmtpSettings
from proofup.delivery.webhook import Webhook, WebhookCaller, WebhookCarrier, WebhookSettings
from proofup.metrics.watch import Watch
from proofup.pages.mails import RenderedMail, render_mail
from proofup.storage.store import Store
from proofup.values.clock import Clock
from proofup.values.sealing import KeyRing


def message_sender(
    settings: Settings, store: Store, outbound: OutboundClient, watch: Watch, *, clock: Clock
) -> Sender:
    """Return the sender of the outbox's messages, with each carrier measured."""
    texts = _text_carriers(settings, store.keys, outbound, clock)
    calls, mailer = _voice_carriers(settings, outbound, clock), _mailer(settings, clock)
    return Sender(
        outbox=store.outbox,
        texts={name: watch.carrier("text", name, one) for name, one in texts.items()},
        calls={name: watch.carrier("call", name, one) for name, one in calls.items()},
        mails=mailer and watch.carrier("mail", "smtp", mailer),
        clock=clock,
    )


def _text_carriers(
    settings: Settings, keys: KeyRing, outbound: OutboundClient, clock: Clock
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
            proofs=receipt_proofs(keys),
            clock=clock,
        )
    if texts and texts.webhook and texts.secret:
        webhook = WebhookSettings(url=texts.webhook, secret=texts.secret, sender=texts.sender)
        found[TextCarrier.WEBHOOK] = WebhookCarrier(
            Webhook(settings=webhook, client=outbound, public_url=origin, clock=clock)
        )
    return {name: found[name] for name in texts.carriers} if texts else {}


def _voice_carriers(
    settings: Settings, outbound: OutboundClient, clock: Clock
) -> dict[str, VoiceCarrier]:
    calls, origin = settings.calls, settings.public_url.origin
    if calls is None:
        return {}
    webhook = WebhookSettings(url=calls.webhook, secret=calls.secret, sender=calls.caller)
    caller = WebhookCaller(
        Webhook(settings=webhook, client=outbound, public_url=origin, clock=clock)
    )
    return {"webhook": caller}


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
