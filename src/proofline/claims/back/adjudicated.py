"""One claim of an 835 and its lines (loops 2100 and 2110 of 005010X221A1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from proofline.claims.back import departures
from proofline.claims.back.departures import Departure, Use
from proofline.claims.back.parts import unexpected
from proofline.claims.back.remittance import (
    Adjudication,
    Adjustment,
    Amount,
    Coded,
    Dated,
    Party,
    Procedure,
    Quantity,
    RemitClaim,
    RemitLine,
)
from proofline.claims.back.values import (
    RESEND,
    cents,
    cents_if_sent,
    day,
    needed,
    one_of,
    pair,
    quantity,
    quantity_if_sent,
    whole_of,
)
from proofline.claims.claim import Cents
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import refused

STATUSES = frozenset({"1", "2", "3", "4", "19", "20", "21", "22", "23", "25"})
"""CLP02: processed as primary, secondary, tertiary; denied; forwarded; reversal; priced only."""

GROUPS = frozenset({"CO", "OA", "PI", "PR"})
Found = dict[str, list[Any]]
"""What the segments of a loop say, by their tag, in the order of the file."""

Memory = dict[str, Any]
"""What segments say that come again and again in a transaction, by their text."""

_REPEATED, _REMEMBERED = (
    frozenset({"CAS", "MIA", "MOA", "DTM", "AMT", "QTY", "LQ", "SVC", "NM1"}),
    2048,
)
_FIRST_TRIPLET, _LAST_TRIPLET = 2, 17
_REMARKS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}
_QUALIFIER_LENGTH = 2
_REMARK_LISTS = frozenset({"HE", "RX"})
_LAST_MODIFIER = 6
_LAST_OF_NAME = 9


def claim_of(segments: Sequence[Segment], memory: Memory) -> RemitClaim:
    """Read a claim from its CLP to the last segment before what follows it.

    `memory` is that of one transaction, empty at first.
    """
    starts = [at for at, one in enumerate(segments) if one.tag == "SVC"]
    own = segments[: starts[0]] if starts else segments
    found, told = _loop(own, departures.CLAIM, memory)
    parties = tuple(found.get("NM1", ()))
    if not any(one.role == "QC" for one in parties):
        told.append(departures.lacking(segments[0], "the patient's name (NM1*QC)"))
    spans = pairwise([*starts, len(segments)])
    lines = [line_of(segments[start:end], memory, told) for start, end in spans]
    clp = segments[0]
    return RemitClaim(
        needed(clp, 1),
        one_of(clp, 2, STATUSES),
        cents(clp, 3),
        cents(clp, 4),
        cents_if_sent(clp, 5),
        needed(clp, 6),
        needed(clp, 7),
        clp.number,
        clp.offset,
        place_of_service=clp[8],
        frequency=clp[9],
        adjustments=_flat(found),
        parties=parties,
        adjudications=(*found.get("MIA", ()), *found.get("MOA", ())),
        references=tuple(found.get("REF", ())),
        days=tuple(found.get("DTM", ())),
        amounts=tuple(found.get("AMT", ())),
        quantities=tuple(found.get("QTY", ())),
        lines=tuple(lines),
        departures=tuple(told),
    )


def line_of(segments: Sequence[Segment], memory: Memory, told: list[Departure]) -> RemitLine:
    """Read a line from its SVC on; where it departs from the guide is added to `told`."""
    found, own = _loop(segments, departures.LINE, memory)
    told += own
    days = {one.qualifier: one.day for one in found.get("DTM", ())}
    only = days.get("472")
    service = found["SVC"][0]
    return RemitLine(
        service.procedure,
        service.charge,
        service.paid,
        service.units,
        segments[0].number,
        service.revenue_code,
        service.submitted,
        service.submitted_units,
        days.get("150", only),
        days.get("151", only),
        _flat(found),
        tuple(found.get("REF", ())),
        tuple(found.get("AMT", ())),
        tuple(found.get("QTY", ())),
        tuple(found.get("LQ", ())),
    )


def _loop(
    segments: Sequence[Segment], uses: Mapping[str, Use], memory: Memory
) -> tuple[Found, list[Departure]]:
    """Read the segments of a loop, and tell where they depart from the guide.

    Raises `X12Refused` at a segment that the loop does not have.
    """
    found: Found = {}
    told: list[Departure] = []
    highest = 0
    for segment in segments:
        tag = segment.tag
        if (use := uses.get(tag)) is None:
            raise unexpected(segment)
        rank, unused, most = use
        if rank < highest:
            told.append(departures.misplaced(segment))
        else:
            highest = rank
        if (value := memory.get(segment.text)) is None:
            values = segment.values
            sound = len(values) <= unused or (len(values) <= most and not values[unused])
            if not sound:
                told.extend(departures.of_elements((segment,)))
            if (read := _READERS.get(tag)) is None:
                continue
            value = read(segment)
            if sound and tag in _REPEATED:
                if len(memory) >= _REMEMBERED:
                    memory.clear()
                memory[segment.text] = value
        if tag in found:
            found[tag].append(value)
        else:
            found[tag] = [value]
    return found, told


def _flat(found: Found) -> tuple[Adjustment, ...]:
    """Give the adjustments of every CAS in one row."""
    return tuple([one for cas in found.get("CAS", ()) for one in cas])


def _adjustments(cas: Segment) -> list[Adjustment]:
    """Read a CAS: a group and up to six triplets of reason, amount and quantity."""
    whole_of(cas, _LAST_TRIPLET + 2)
    group = one_of(cas, 1, GROUPS)
    values, found = cas.values, []
    for at in range(2, max(3, min(len(values) - 1, _LAST_TRIPLET) + 1), 3):
        # a triplet that is blank as a whole is none, unless it is the first; a half one refuses
        if at == _FIRST_TRIPLET or any(values[at : at + 3]):
            reason, amount = needed(cas, at), cents(cas, at + 1)
            found.append(Adjustment(group, reason, amount, quantity_if_sent(cas, at + 2)))
    return found


class _Service(NamedTuple):
    """What an SVC says, as `RemitLine` has it."""

    procedure: Procedure
    charge: Cents
    paid: Cents
    units: Decimal | None
    revenue_code: str
    submitted: Procedure | None
    submitted_units: Decimal | None


def _service(svc: Segment) -> _Service:
    """Read an SVC."""
    return _Service(
        _procedure(svc, 1),
        cents(svc, 2),
        cents(svc, 3),
        quantity_if_sent(svc, 5),
        svc[4],
        _procedure(svc, 6) if svc[6] else None,
        quantity_if_sent(svc, 7),
    )


def _procedure(svc: Segment, position: int) -> Procedure:
    """Read a composite procedure by the component separator that the ISA declares."""
    qualifier, code, *more = (*svc.components(position), "", "")
    if len(qualifier) != _QUALIFIER_LENGTH or not code:
        reason = "It must be a qualifier of two characters and a code, parted as the ISA declares."
        raise refused("procedure", svc.place(position), reason, RESEND)
    return Procedure(qualifier, code, tuple(filter(None, more[: _LAST_MODIFIER - 2])))


def _party(nm1: Segment) -> Party:
    """Read an NM1: role, name, and identifier with its kind."""
    values = nm1.values
    if len(values) > _LAST_OF_NAME:
        return Party(needed(nm1, 1), values[3], values[4], values[8], values[_LAST_OF_NAME])
    return Party(needed(nm1, 1), nm1[3], nm1[4], nm1[8], nm1[_LAST_OF_NAME])


def _adjudication(segment: Segment) -> Adjudication:
    """Read an MIA or MOA: the remark codes by their places, all else as it was sent."""
    places = _REMARKS[segment.tag]
    sent = segment.values
    remarks = tuple([sent[at] for at in places if at < len(sent) and sent[at]])
    values = tuple(
        [
            Coded(f"{segment.tag}{at:02}", sent[at])
            for at in range(1, len(sent))
            if sent[at] and at not in places
        ]
    )
    return Adjudication(segment.tag, remarks, values)


def _coded(ref: Segment) -> Coded:
    """Read a REF."""
    return Coded(*pair(ref))


def _remark(lq: Segment) -> Coded:
    """Read an LQ: HE for a remark code (RARC), RX for one of pharmacies (NCPDP)."""
    return Coded(one_of(lq, 1, _REMARK_LISTS), needed(lq, 2))


def _dated(dtm: Segment) -> Dated:
    """Read a DTM."""
    return Dated(needed(dtm, 1), day(dtm, 2))


def _amount(amt: Segment) -> Amount:
    """Read an AMT."""
    return Amount(needed(amt, 1), cents(amt, 2))


def _quantity(qty: Segment) -> Quantity:
    """Read a QTY."""
    return Quantity(needed(qty, 1), quantity(qty, 2))


_READERS: dict[str, Callable[[Segment], Any]] = {
    "SVC": _service,
    "CAS": _adjustments,
    "NM1": _party,
    "MIA": _adjudication,
    "MOA": _adjudication,
    "REF": _coded,
    "DTM": _dated,
    "AMT": _amount,
    "QTY": _quantity,
    "LQ": _remark,
}
