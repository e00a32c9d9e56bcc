"""A QR code (ISO/IEC 18004) as an SVG within the page, drawn without a style or a picture file."""

from collections.abc import Iterator

from markupsafe import Markup

QUIET_ZONE = 4  # modules of white on each side, which scanners need


def qr_svg(text: str, label: str) -> Markup:
    """Return ``text`` as a QR code; ``label`` is what a screen reader says of it."""
    import segno

    code = segno.make_qr(text, error="m")
    rows = [bytes(row) for row in code.matrix_iter(border=QUIET_ZONE)]
    path = "".join(
        f"M{start} {y}h{length}v1H{start}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return Markup(
        '<svg class="qr-code" viewBox="0 0 {size} {size}" role="img" aria-label="{label}"'
        ' shape-rendering="crispEdges"><path d="{path}"/></svg>'
    ).format(size=len(rows), label=label, path=path)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Go through the dark stretches of a row: where each begins, and how long it is."""
    start = None
    for x, module in enumerate((*row, 0)):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x - start
            start = None
