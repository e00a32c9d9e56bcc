"""Recognises texts that fit the GSM 7-bit alphabet: 3GPP TS 23.038, section 6.2.1."""

DEFAULT_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")  # each of these counts as two characters


def is_gsm(text: str) -> bool:
    """Return whether the whole ``text`` can be sent with seven bits a character."""
    return set(text) <= DEFAULT_ALPHABET | EXTENSION
