"""Two people on one scale: values of one device that fall into two groups and go back and forth.

No source settles when a scale is shared; this is our own policy, and deliberately plain. Values of
a device are shared when, within 60 days,

* sorted, they leave one gap of at least 5 kg, and neither side is spread wider than that gap,
* each side has two values or more, and
* in time they go from one side to the other and back at least once.

Nobody loses and regains 5 kg between two mornings without a value in between, and whoever changes
for good does not come back. All readings of the time in which both sides are seen may be somebody
else's: they count for nobody until a person settles whose they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

from msgspec import Struct

from proofline.evidence.tables import TABLE
from proofline.intake.instants import is_later
from proofline.intake.measurements.metrics import DEVICE_KIND
from proofline.intake.report import Place, shown
from proofline.intake.tables.evidence import Few
from proofline.intake.tables.forms import line_of, row_of
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from proofline.intake.report import Report
    from proofline.intake.tables.evidence import Evidence
    from proofline.intake.tables.staged import CleanRow

Row = dict[str, str]

WINDOW = timedelta(days=60)
GAP_KG = Decimal(5)
_WEIGHTS = frozenset(metric for metric, kind in DEVICE_KIND.items() if kind == "weight")
_DOUBT = "ambiguous_person"
_LEAST_ON_A_SIDE = 2
_LEAST_TURNS = 2  # there and back
_FEW_DEVICES = 64
_KG = {"kg": Decimal(1), "g": Decimal("0.001"), "[lb_av]": Decimal("0.45359237")}


class Weighed(Struct, frozen=True, order=True):
    """One value of a scale: when, how many kilograms, and of which reading."""

    at: datetime
    kilograms: Decimal
    reading_id: str


def weighed(row: Row) -> Weighed | None:
    """Read a row of `readings` as a weight; None if it is none, or has no certain instant."""
    unit = _KG.get(row.get("unit", ""))
    if unit is None or DEVICE_KIND.get(row.get("metric", "")) != "weight" or not row.get("value"):
        return None
    try:
        at = datetime.fromisoformat(row["measured_at"])
    except ValueError:
        return None
    return Weighed(at, Decimal(row["value"]) * unit, row["reading_id"]) if at.tzinfo else None


def shared(values: Iterable[Weighed]) -> list[Weighed]:
    """Give the values of one device that two people may have made, in order of time; mostly none.

    The last 60 days before the newest value are looked at.
    """
    in_time = sorted(values)
    if not in_time:
        return []
    recent = [one for one in in_time if one.at > in_time[-1].at - WINDOW]
    border = _border(sorted(one.kilograms for one in recent))
    if border is None:
        return []
    sides = [one.kilograms > border for one in recent]
    if (
        _turns(sides) < _LEAST_TURNS
        or min(sides.count(True), sides.count(False)) < _LEAST_ON_A_SIDE
    ):
        return []
    first = max(sides.index(True), sides.index(False)) - 1
    last = min(_last(sides, side=True), _last(sides, side=False)) + 1
    return recent[first : last + 1]


def doubted(versions: Iterable[Row]) -> list[Row]:
    """Give new versions, in doubt, of the readings that two people may have made.

    `versions` are rows of `readings`, in the order in which they were added. A new version is known
    from when the last value of the device was received, for no earlier one shows it; a reading that
    is in doubt already gets none.
    """
    latest: dict[str, Row] = {}
    for row in versions:
        known = latest.get(row["reading_id"])
        if known is None or not is_later(known.get("received_at", ""), row.get("received_at", "")):
            latest[row["reading_id"]] = row
    devices: defaultdict[str, list[Weighed]] = defaultdict(list)
    for row in latest.values():
        if one := weighed(row):
            devices[row["device_id"]].append(one)
    found = []
    for device_id in sorted(devices):
        received = _last_received(latest[one.reading_id] for one in devices[device_id])
        of_two = (latest[one.reading_id] for one in shared(devices[device_id]))
        found += [_in_doubt(row, received) for row in of_two if row.get(_DOUBT) != "true"]
    return found


def watched(rows: Iterable[CleanRow], scales: set[str]) -> Iterator[CleanRow]:
    """Pass rows on to evidence, and gather in `scales` the devices that sent a weight."""
    for row in rows:
        if row.table == "readings" and row.cells.get("metric") in _WEIGHTS:
            scales.add(row.cells["device_id"])
        yield row


def doubt_shared_scales(folder: Evidence, scales: set[str], report: Report) -> None:
    """Add to the folder the doubt that the readings of these devices show, and tell of it.

    The readings are gone through once for the devices whose values lie far apart, and only those of
    their last 60 days are held, of many devices a part at a time: memory stays flat.
    """
    since = _far_apart(_of_devices(folder, scales)) if scales else {}
    found = list(_doubted(folder, since)) if since else []
    if not found:
        return
    report.written["readings"] = folder.add("readings", Few(found))
    for device_id, count in sorted(Counter(row["device_id"] for row in found).items()):
        said = f"the device {shown(device_id)}, {count} of its values"
        report.files[-1].tell(trouble(Place(report.files[-1].file), "shared", "", said))


def _of_devices(folder: Evidence, devices: Collection[str]) -> Iterator[Row]:
    rows = folder.rows("readings", holding=devices)
    return (row for row in rows if row.get("device_id") in devices)


def _far_apart(rows: Iterable[Row]) -> dict[str, datetime]:
    """Give the devices whose values reach over a gap at all, and from when on theirs are looked at.

    Of all others no value need be kept.
    """
    reach: dict[str, tuple[Decimal, Decimal, datetime]] = {}
    for row in rows:
        if one := weighed(row):
            own = one.kilograms
            low, high, newest = reach.get(row["device_id"], (own, own, one.at))
            reach[row["device_id"]] = (min(low, own), max(high, own), max(newest, one.at))
    return {
        device_id: newest - WINDOW
        for device_id, (low, high, newest) in reach.items()
        if high - low >= GAP_KG
    }


def _doubted(folder: Evidence, since: dict[str, datetime]) -> Iterator[Row]:
    recent = (row for row in _of_devices(folder, since) if _is_recent(row, since))
    if len(since) <= _FEW_DEVICES:
        yield from doubted(recent)
        return
    from proofline.intake.tables.matching import Piles  # noqa: PLC0415 - numpy only for many

    piles = Piles(folder.path)
    for row in recent:
        piles.put(crc32(row["device_id"].encode()), line_of(row))
    for pile in piles.each():
        yield from doubted(filter(None, (row_of(line, TABLE["readings"]) for line in pile)))


def _is_recent(row: Row, since: dict[str, datetime]) -> bool:
    """Say whether a row may speak of the time looked at; one without a certain time may."""
    try:
        at = datetime.fromisoformat(row.get("measured_at", ""))
    except ValueError:
        return True
    return at.tzinfo is None or at > since[row["device_id"]]


def _last_received(rows: Iterable[Row]) -> str:
    last = ""
    for row in rows:
        received = row.get("received_at", "")
        if received and (not last or is_later(received, last)):
            last = received
    return last


def _in_doubt(row: Row, received: str) -> Row:
    return row | {_DOUBT: "true"} | ({"received_at": received} if received else {})


def _border(kilograms: Sequence[Decimal]) -> Decimal | None:
    """The lower edge of the widest gap, if it parts the values into two tight groups."""
    pairs = pairwise(kilograms)
    gap, lower = max(((above - below, below) for below, above in pairs), default=(Decimal(0),) * 2)
    spread = max(lower - kilograms[0], kilograms[-1] - (lower + gap))
    return lower if gap >= GAP_KG and spread < gap else None


def _turns(sides: Sequence[bool]) -> int:
    return sum(one != other for one, other in pairwise(sides))


def _last(sides: Sequence[bool], *, side: bool) -> int:
    return len(sides) - 1 - sides[::-1].index(side)
