"""One line for each setting, as it may stand in the file; refusals show it, and tests read it."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, str] = {
    "public_url": 'public_url = "https://id.example.org"',
    "listen": 'listen = "127.0.0.1:8080"',
    "database": 'database = "postgresql://proofup@db.example.org/proofup"',
    "key_file": 'key_file = "/etc/proofup/key"',
    "trusted_proxies": 'trusted_proxies = ["10.0.0.5", "fd00:1::/64"]',
    "outbound_allow": 'outbound_allow = ["sms.internal.example.org:8443"]',
    "log_level": 'log_level = "info"',
    "organisation.name": 'organisation.name = "Contoso"',
    "organisation.help_desk_phone": 'organisation.help_desk_phone = "+44 20 7946 0123"',
    "organisation.help_desk_hours": 'organisation.help_desk_hours = "Monday to Friday, 8 to 18"',
    "organisation.help_desk_mail": 'organisation.help_desk_mail = "help@example.org"',
    "organisation.default_region": 'organisation.default_region = "GB"',
    "organisation.default_language": 'organisation.default_language = "de"',
    "smtp.host": 'smtp.host = "mail.example.org"',
    "smtp.port": "smtp.port = 587",
    "smtp.security": 'smtp.security = "starttls"',
    "smtp.user": 'smtp.user = "proofup"',
    "smtp.password": 'smtp.password = "the mail account\'s password"',
    "smtp.sender": 'smtp.sender = "Contoso sign-in <no-reply@example.org>"',
    "texts.webhook": 'texts.webhook = "https://sms.example.org/proofup"',
    "texts.secret": 'texts.secret = "32 letters or more, the same at the carrier"',
    "texts.sender": 'texts.sender = "Contoso"',
    "texts.countries": 'texts.countries = ["GB", "IE"]',
    "texts.per_day": "texts.per_day = 10000",
    "texts.per_day_and_country": "texts.per_day_and_country = 2000",
    "hashing.memory_mib": "hashing.memory_mib = 64",
    "hashing.passes": "hashing.passes = 3",
}
