"""Draw a QR code as a PNG picture. The library segno is imported only when a code is drawn."""

import io

_PIXELS = 8  # for each module of the code
_BORDER = 4  # modules, as the standard demands


def png_of(text: str) -> bytes:
    """Return a black and white PNG picture of a QR code that contains `text`."""
    import segno

    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=_PIXELS, border=_BORDER)
    return picture.getvalue()
