"""What waits for one's own signature, each period with the digest by which it is signed."""

from __future__ import annotations

from datetime import date

import msgspec

from proofline.api.route import Asked, route
from proofline.desk.requests.lists import Page
from proofline.desk.showing.signing import waiting


class PeriodToSign(msgspec.Struct, frozen=True):
    """A closed period and the digest of its evidence; counts are null where they are unknown.

    `others` are what else holds its lines, `warnings` what stands in nobody's way; `stale` says
    that it was signed before, and overtaken by evidence. Not `readable`: a decision is damaged.
    """

    enrollment_id: str
    first: date
    last: date
    digest: str
    program: str
    days: int | None
    minutes: int | None
    calls: int | None
    others: tuple[str, ...]
    warnings: tuple[str, ...]
    stale: bool
    readable: bool


@route("GET sign-offs/waiting", "", "cycle.sign_off", of=PeriodToSign, gives="page")
def list_periods_to_sign(asked: Asked) -> object:
    """Closed periods that wait for one's signature; at most 50 a page."""
    number, skipped = divmod(asked.place.after, waiting.PAGE)
    found = waiting.signing_page(asked.book, asked.at, number + 1)
    left = found.periods[skipped:] if found.number == number + 1 else ()
    shown = [
        PeriodToSign(
            *(one.enrollment_id, one.first, one.last, one.digest, one.program),
            *(one.days, one.minutes, one.calls, one.others, one.warnings),
            *(one.stale is not None, one.readable),
        )
        for one in left[: asked.place.most]
    ]
    more = found.more or len(left) > len(shown)
    return Page(shown, asked.place.after + len(shown) if more and shown else None)


SIGNING = (list_periods_to_sign,)
