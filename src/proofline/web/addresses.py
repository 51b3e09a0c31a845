"""Parts of addresses that name a period or a line by what tells it from all others."""

from __future__ import annotations

from datetime import date

from django.urls import register_converter
from django.urls.converters import get_converters

from proofline.store.decided import Line

Period = tuple[str, str, str]
"""The enrollment, the kind of the period (cycle or month) and its first day."""

_KIND, _DAY = r"(?:cycle|month)", r"\d{4}-\d{2}-\d{2}"


class PeriodAddress:
    """`ENROLLMENT/cycle/2026-03-01`; a day that there is not is no address."""

    regex = f"[^/]+/{_KIND}/{_DAY}"

    def to_python(self, text: str) -> Period:
        """Read it. Raises ValueError, which is a page that there is not."""
        enrollment_id, kind, first = text.split("/")
        return enrollment_id, kind, date.fromisoformat(first).isoformat()

    def to_url(self, period: Period) -> str:
        """Write it."""
        return "/".join(period)


class LineAddress:
    """`ENROLLMENT/cycle/2026-03-01/99454`: a line by its natural key."""

    regex = f"{PeriodAddress.regex}/[0-9A-Z]+"

    def to_python(self, text: str) -> Line:
        """Read it. Raises ValueError, which is a page that there is not."""
        enrollment_id, kind, first, code = text.split("/")
        return enrollment_id, kind, date.fromisoformat(first).isoformat(), code

    def to_url(self, line: Line) -> str:
        """Write it."""
        return "/".join(line)


def register() -> None:
    """Let addresses be written with `<period:...>` and `<line:...>`; told twice, it is so once."""
    known = get_converters()
    for name, made in (("period", PeriodAddress), ("line", LineAddress)):
        if name not in known:
            register_converter(made, name)
