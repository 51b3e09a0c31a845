"""How ids, texts, days and cursors are written in what is sent."""

from __future__ import annotations

import base64
import binascii

from proofline.api.problems import wrong

LONGEST_TEXT = 2_000
LONGEST_MARK = 300
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text without control characters but tab and line end."""

_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = (
    r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
DAY, INSTANT = f"^{_DAY}$", f"^{_DAY}T{_TIME}$"
"""How days and instants are written: RFC 3339."""

SEARCHED = f"^(eq|ge|gt|le|lt)?{_DAY}(T{_TIME})?$"
"""What FHIR's `date` may say here."""

ID = r"^[\x21-\x2e\x30-\x7e]{1,200}$"
"""What can be an id in an address at all."""


def cursor(after: int | None, route: str) -> str | None:
    """Write where the next page begins, for no eyes but ours; None where there is none."""
    if after is None:
        return None
    return base64.urlsafe_b64encode(f"{route} {after}".encode()).decode().rstrip("=")


def after_cursor(text: str, route: str) -> int:
    """Read a cursor that this route gave; blank is the beginning. Errors: ApiError 409."""
    if not text:
        return 0
    try:
        filled = text.encode("ascii") + b"=" * (-len(text) % 4)
        name, _, after = (
            base64.b64decode(filled, b"-_", validate=True).decode("ascii").partition(" ")
        )
    except (ValueError, binascii.Error):
        name, after = "", ""
    if name != route or not after.isdigit() or len(after) > 18:  # noqa: PLR2004 - of a 64-bit number
        raise wrong(
            409,
            "api.cursor",
            "The cursor is none that this address gave.",
            "Take `next` of a page as it is, or leave it out to begin.",
            where="cursor",
        )
    return int(after)
