"""One claim of an 835 and its lines (loops 2100 and 2110 of 005010X221A1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

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
_LAST_MODIFIER = 6


def claim_of(segments: Sequence[Segment]) -> RemitClaim:
    """Read a claim from its CLP to the last segment before what follows it."""
    starts = [at for at, one in enumerate(segments) if one.tag == "SVC"]
    own = segments[: starts[0]] if starts else segments
    spans = list(pairwise([*starts, len(segments)]))
    sorted_ = _sorted(own, departures.CLAIM)
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
        adjustments=_adjustments(sorted_),
        parties=tuple(_party(one) for one in sorted_.get("NM1", ())),
        adjudications=tuple(_adjudication(one) for tag in _REMARKS for one in sorted_.get(tag, ())),
        references=_coded(sorted_, "REF"),
        days=_days(sorted_),
        amounts=_amounts(sorted_),
        quantities=_quantities(sorted_),
        lines=tuple(line_of(segments[start:end]) for start, end in spans),
        departures=tuple(_departures(segments, own, spans)),
    )


def line_of(segments: Sequence[Segment]) -> RemitLine:
    """Read a line from its SVC on."""
    svc = segments[0]
    sorted_ = _sorted(segments, departures.LINE)
    days = {one.qualifier: one.day for one in _days(sorted_)}
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
        adjustments=_adjustments(sorted_),
        references=_coded(sorted_, "REF"),
        amounts=_amounts(sorted_),
        quantities=_quantities(sorted_),
        remarks=_remarks(sorted_),
    )


Sorted = dict[str, list[Segment]]


def _sorted(segments: Sequence[Segment], allowed: dict[str, int]) -> Sorted:
    """Sort the segments of a loop by tag; refuse one that the loop does not have."""
    found: Sorted = {}
    for segment in segments:
        if segment.tag not in allowed:
            raise unexpected(segment)
        found.setdefault(segment.tag, []).append(segment)
    return found


def _adjustments(segments: Sorted) -> tuple[Adjustment, ...]:
    """Read every CAS: a group and up to six triplets of reason, amount and quantity."""
    found: list[Adjustment] = []
    for cas in segments.get("CAS", ()):
        group = one_of(cas, 1, GROUPS)
        for at in range(2, max(3, min(len(cas.elements), _LAST_TRIPLET) + 1), 3):
            # a triplet that is blank as a whole is none, unless it is the first; a half one refuses
            if at == _FIRST_TRIPLET or any(cas.elements[at - 1 : at + 2]):
                reason, amount = needed(cas, at), cents(cas, at + 1)
                found.append(Adjustment(group, reason, amount, quantity_if_sent(cas, at + 2)))
    return tuple(found)


def _procedure(svc: Segment, position: int) -> Procedure:
    """Read a composite procedure by the component separator that the ISA declares."""
    qualifier, code, *more = (*svc.components(position), "", "")
    if len(qualifier) != _QUALIFIER_LENGTH or not code:
        reason = "It must be a qualifier of two characters and a code, parted as the ISA declares."
        raise refused("procedure", svc.place(position), reason, RESEND)
    return Procedure(qualifier, code, tuple(filter(None, more[: _LAST_MODIFIER - 2])))


def _party(nm1: Segment) -> Party:
    """Read an NM1: role, name, and identifier with its kind."""
    return Party(needed(nm1, 1), nm1[3], nm1[4], nm1[8], nm1[9])


def _adjudication(segment: Segment) -> Adjudication:
    """Read an MIA or MOA: the remark codes by their places, all else as it was sent."""
    places = _REMARKS[segment.tag]
    remarks = tuple(segment[at] for at in places if segment[at])
    values = tuple(
        Coded(f"{segment.tag}{at:02}", segment[at])
        for at in range(1, len(segment) + 1)
        if at not in places and segment[at]
    )
    return Adjudication(segment.tag, remarks, values)


def _coded(segments: Sorted, tag: str) -> tuple[Coded, ...]:
    """Read every REF."""
    return tuple([Coded(needed(one, 1), needed(one, 2)) for one in segments.get(tag, ())])


def _remarks(segments: Sorted) -> tuple[Coded, ...]:
    """Read every LQ: HE for remark codes (RARC), RX for those of pharmacies (NCPDP)."""
    return tuple(
        Coded(one_of(one, 1, {"HE", "RX"}), needed(one, 2)) for one in segments.get("LQ", ())
    )


def _days(segments: Sorted) -> tuple[Dated, ...]:
    """Read every DTM."""
    return tuple([Dated(needed(one, 1), day(one, 2)) for one in segments.get("DTM", ())])


def _amounts(segments: Sorted) -> tuple[Amount, ...]:
    """Read every AMT."""
    return tuple([Amount(needed(one, 1), cents(one, 2)) for one in segments.get("AMT", ())])


def _quantities(segments: Sorted) -> tuple[Quantity, ...]:
    """Read every QTY."""
    return tuple([Quantity(needed(one, 1), quantity(one, 2)) for one in segments.get("QTY", ())])


def _departures(
    segments: Sequence[Segment], own: Sequence[Segment], lines: Sequence[tuple[int, int]]
) -> Iterator[Departure]:
    """Tell where the claim departs from the guide and the money is clear all the same."""
    yield from departures.of_elements(segments)
    yield from departures.of_order(own, departures.CLAIM)
    for start, end in lines:
        yield from departures.of_order(segments[start:end], departures.LINE)
    if not any(one.tag == "NM1" and one[1] == "QC" for one in own):
        yield departures.lacking(segments[0], "the patient's name (NM1*QC)")
