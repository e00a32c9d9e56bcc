"""Texts in the alphabets of phones, in one part or several: 3GPP TS 23.038 and 23.040."""

from collections.abc import Sequence

from msgspec import Struct

from proofup.delivery.gsm import is_gsm

SEVEN_BITS, UCS2 = 0, 8  # data_coding of SMPP, section 5.2.19
# The numbers of the letters are their places in this string (23.038, section 6.2.1).
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPE = b"\x1b"
ESCAPED = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
WHOLE = {SEVEN_BITS: 160, UCS2: 140}  # bytes of a text in one part, as SMPP counts them
PART = {SEVEN_BITS: 153, UCS2: 134}  # and beside a header of six bytes
MOST_PARTS = 255


class Parts(Struct, frozen=True):
    """A text that is encoded: each part with its user data header, which may be empty."""

    coding: int
    parts: Sequence[tuple[bytes, bytes]]


def parts_of(text: str, reference: int) -> Parts:
    """Return ``text`` in parts; ``reference`` (0 to 255) tells the phone which belong together."""
    coding = SEVEN_BITS if is_gsm(text) else UCS2
    letters = [_seven_bits(one) if coding == SEVEN_BITS else _ucs2(one) for one in text]
    if sum(map(len, letters)) <= WHOLE[coding]:
        return Parts(coding, [(b"", b"".join(letters))])
    parts = _filled(letters, PART[coding])[:MOST_PARTS]
    # 23.040, section 9.2.3.24.1: concatenation with a reference of eight bits.
    return Parts(
        coding,
        [
            (bytes((5, 0, 3, reference, len(parts), number)), part)
            for number, part in enumerate(parts, 1)
        ],
    )


def _filled(letters: Sequence[bytes], size: int) -> list[bytes]:
    """Return the letters in parts of ``size`` bytes at most, no letter cut in two."""
    parts = [b""]
    for letter in letters:
        if len(parts[-1]) + len(letter) > size:
            parts.append(b"")
        parts[-1] += letter
    return parts


def _seven_bits(letter: str) -> bytes:
    """Return a letter as the operator takes it: one number in each byte, not packed."""
    if letter in ESCAPED:
        return ESCAPE + bytes((ESCAPED[letter],))
    return bytes((ALPHABET.index(letter),))


def _ucs2(letter: str) -> bytes:
    return letter.encode("utf-16-be", errors="replace")
