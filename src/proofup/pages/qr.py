"""QR codes as inline SVG that needs no style of its own."""

import io

from markupsafe import Markup

from proofup.values.secret import Secret


def as_svg(content: Secret[str] | str, *, label: str) -> Markup:
    """Return ``content`` as an SVG element for a page, read out as ``label``."""
    import segno

    out = io.BytesIO()
    text = content.reveal() if isinstance(content, Secret) else content
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        svgclass="qr-code",
        lineclass=None,
        omitsize=True,
        border=4,
    )
    svg = out.getvalue().decode()
    spoken = Markup('<svg role="img" aria-label="{}" shape-rendering="crispEdges"').format(label)
    return spoken + Markup(svg.removeprefix("<svg"))  # noqa: S704 - made by segno of a QR matrix
