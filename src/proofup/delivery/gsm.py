"""Which texts fit the alphabet of the telephone network: 3GPP TS 23.038, section 6.2.1."""

DEFAULT_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")  # each of these takes the place of two


def is_gsm(text: str) -> bool:
    """Tell whether ``text`` can be sent in seven bits a letter, whole."""
    return set(text) <= DEFAULT_ALPHABET | EXTENSION
