"""One claim of an 835 and its lines (loops 2100 and 2110 of 005010X221A1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from proofline.claims.back import departures
from proofline.claims.back.departures import Departure
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
)
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import refused

STATUSES = frozenset({"1", "2", "3", "4", "19", "20", "21", "22", "23", "25"})
"""CLP02: processed as primary, secondary, tertiary; denied; forwarded; reversal; priced only."""

GROUPS = frozenset({"CO", "OA", "PI", "PR"})
_FIRST_TRIPLET, _LAST_TRIPLET = 2, 17
_REMARKS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}
_QUALIFIER_LENGTH = 2
_REMARK_LISTS = frozenset({"HE", "RX"})
_LAST_MODIFIER = 6


def claim_of(segments: Sequence[Segment]) -> RemitClaim:
    """Read a claim from its CLP to the last segment before what follows it."""
    starts = [at for at, one in enumerate(segments) if one.tag == "SVC"]
    own = segments[: starts[0]] if starts else segments
    found, told = _loop(own, departures.CLAIM)
    parties = tuple(found.get("NM1", ()))
    if not any(one.role == "QC" for one in parties):
        told.append(departures.lacking(segments[0], "the patient's name (NM1*QC)"))
    lines = [line_of(segments[start:end], told) for start, end in pairwise([*starts, len(segments)])]
    clp = segments[0]
    return RemitClaim(
        claim_id=needed(clp, 1),
        status=one_of(clp, 2, STATUSES),
        charge=cents(clp, 3),
        paid=cents(clp, 4),
        patient_share=cents_if_sent(clp, 5),
        filing_code=needed(clp, 6),
        payer_claim_id=needed(clp, 7),
        number=clp.number,
        offset=clp.offset,
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


def line_of(segments: Sequence[Segment], told: list[Departure]) -> RemitLine:
    """Read a line from its SVC on; where it departs from the guide is added to `told`."""
    svc = segments[0]
    found, own = _loop(segments, departures.LINE)
    told += own
    days = {one.qualifier: one.day for one in found.get("DTM", ())}
    only = days.get("472")
    return RemitLine(
        procedure=_procedure(svc, 1),
        charge=cents(svc, 2),
        paid=cents(svc, 3),
        units=quantity_if_sent(svc, 5),
        number=svc.number,
        revenue_code=svc[4],
        submitted=_procedure(svc, 6) if svc[6] else None,
        submitted_units=quantity_if_sent(svc, 7),
        first_day=days.get("150", only),
        last_day=days.get("151", only),
        adjustments=_flat(found),
        references=tuple(found.get("REF", ())),
        amounts=tuple(found.get("AMT", ())),
        quantities=tuple(found.get("QTY", ())),
        remarks=tuple(found.get("LQ", ())),
    )


Found = dict[str, list[Any]]
"""What the segments of a loop say, by their tag, in the order of the file."""


def _loop(
    segments: Sequence[Segment], places: dict[str, departures.Use]
) -> tuple[Found, list[Departure]]:
    """Read the segments of a loop, and tell where they depart from the guide.

    Raises `X12Refused` at a segment that the loop does not have.
    """
    found: Found = {}
    told: list[Departure] = []
    highest = 0
    for segment in segments:
        tag = segment.tag
        if (place := places.get(tag)) is None:
            raise unexpected(segment)
        rank, most, unused = place
        if rank < highest:
            told.append(departures.misplaced(segment))
        else:
            highest = rank
        values = segment.values
        if len(values) > most or (unused < len(values) and values[unused]):
            told.extend(departures.of_elements((segment,)))
        if (read := _READERS.get(tag)) is not None:
            if (known := found.get(tag)) is None:
                found[tag] = [read(segment)]
            else:
                known.append(read(segment))
    return found, told


def _flat(found: Found) -> tuple[Adjustment, ...]:
    """Give the adjustments of every CAS in one row."""
    return tuple([one for cas in found.get("CAS", ()) for one in cas])


def _adjustments(cas: Segment) -> list[Adjustment]:
    """Read a CAS: a group and up to six triplets of reason, amount and quantity."""
    group = one_of(cas, 1, GROUPS)
    values, found = cas.values, []
    for at in range(2, max(3, min(len(values) - 1, _LAST_TRIPLET) + 1), 3):
        # a triplet that is blank as a whole is none, unless it is the first; a half one refuses
        if at == _FIRST_TRIPLET or any(values[at : at + 3]):
            reason, amount = needed(cas, at), cents(cas, at + 1)
            found.append(Adjustment(group, reason, amount, quantity_if_sent(cas, at + 2)))
    return found


def _procedure(svc: Segment, position: int) -> Procedure:
    """Read a composite procedure by the component separator that the ISA declares."""
    if (found := _parted(svc[position], svc.delimiters.component)) is None:
        reason = "It must be a qualifier of two characters and a code, parted as the ISA declares."
        raise refused("procedure", svc.place(position), reason, RESEND)
    return found


@lru_cache(512)  # a file names few codes, and each of them often
def _parted(text: str, mark: str) -> Procedure | None:
    """Part a composite procedure; None for what is none."""
    qualifier, code, *more = (*text.split(mark), "", "")
    if len(qualifier) != _QUALIFIER_LENGTH or not code:
        return None
    return Procedure(qualifier, code, tuple(filter(None, more[: _LAST_MODIFIER - 2])))


def _party(nm1: Segment) -> Party:
    """Read an NM1: role, name, and identifier with its kind."""
    return Party(needed(nm1, 1), nm1[3], nm1[4], nm1[8], nm1[9])


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
