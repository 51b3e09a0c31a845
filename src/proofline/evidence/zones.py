"""Time zones: when each zone's offset from UTC changes.

The rules come from the `tzdata` package and never from the machine, so that two machines agree on
every local day. `TZDATA_VERSION` says which edition was used.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]

from proofline.evidence.zone_files import turns

if TYPE_CHECKING:
    from collections.abc import Iterator

TZDATA_VERSION: str = tzdata.IANA_VERSION
"""Edition of the IANA time zone database, such as `2026a`."""

FIRST_US, LAST_US = -9_000_000_000_000_000, 9_000_000_000_000_000
"""The ends of all time, in microseconds since 1970-01-01T00:00Z."""

_HOME = Path(tzdata.__file__).parent
_SEARCHED = (datetime(1999, 12, 31, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC))
_SECOND_US = 1_000_000

Span = tuple[int, int, int]
"""From (inclusive) and to (exclusive) in microseconds since 1970 UTC, and the offset in between."""


@cache
def zone_names() -> frozenset[str]:
    """Every name that the IANA database knows, old names included."""
    return frozenset((_HOME / "zones").read_text(encoding="ascii").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of a name, which must be one of `zone_names`."""
    return ZoneInfo.from_file(BytesIO(_file(name)), key=name)


def _file(name: str) -> bytes:
    return (_HOME / "zoneinfo" / name).read_bytes()


@cache
def zone_spans(name: str) -> tuple[Span, ...]:
    """The spans of one offset each that partition all time in the zone `name`.

    Changes between 2000 and 2049 are exact to the second; before and after, the offset of the
    nearest end is taken. `name` must be one of `zone_names`.
    """
    clock = zone(name)
    changes = list(_changes(name))
    starts = [FIRST_US, *(at * _SECOND_US for at, _ in changes), LAST_US]
    offsets = [_offset_s(clock, int(_SEARCHED[0].timestamp())), *(offset for _, offset in changes)]
    return tuple(
        (start, end, offset * _SECOND_US)
        for (start, end), offset in zip(pairwise(starts), offsets, strict=True)
    )


def _offset_s(zone: ZoneInfo, at_s: int) -> int:
    offset = datetime.fromtimestamp(at_s, zone).utcoffset()
    return offset.days * 86_400 + offset.seconds if offset else 0


def _changes(name: str) -> Iterator[tuple[int, int]]:
    """The seconds at which the offset changes, each with the offset from then on."""
    offset_s = partial(_offset_s, zone(name))
    first, end = (int(moment.timestamp()) for moment in _SEARCHED)
    offset = offset_s(first)
    for at in turns(_file(name), offset_s, until=_SEARCHED[1].year):
        if first < at < end and (then := offset_s(at)) != offset:
            yield at, then
            offset = then
