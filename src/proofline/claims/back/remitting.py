"""Reading an 835: element positions and loops as in 005010X221A1, one claim in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proofline.claims.back import departures
from proofline.claims.back.adjudicated import Memory, claim_of
from proofline.claims.back.departures import Departure
from proofline.claims.back.parts import Kind, Part, lacking, parts, unexpected
from proofline.claims.back.remittance import (
    Closing,
    Coded,
    Party,
    Payment,
    ProviderAdjustment,
    RemitClaim,
    Remittance,
)
from proofline.claims.back.values import RESEND, cents, day, day_if_sent, needed, one_of, whole_of
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import refused

GUIDES = frozenset({"005010X221", "005010X221A1"})
_KINDS = {"835": Kind("HP", GUIDES, frozenset({"LX", "CLP", "PLB"}))}
_HANDLINGS = frozenset("CDHIPUX")
_METHODS = frozenset({"ACH", "BOP", "CHK", "FWT", "NON"})
_PLB_PAIRS = range(3, 14, 2)
_IN_LX = frozenset({"LX", "TS3", "TS2"})


def remittances(data: bytes) -> Iterator[Payment | RemitClaim | Closing]:
    """Give the transactions of a file: each a Payment, its claims in order, and a Closing.

    Raises `X12Refused` with the segment, element and reason at the first trouble; then nothing that
    was given before may be kept either. Memory is that of one claim.
    """
    reader = _Transaction()
    for part in parts(data, _KINDS):
        if part.segments[0].tag == "ST":
            reader = _Transaction()
            yield payment_of(part)
        elif (found := reader.take(part)) is not None:
            yield found


def whole_remittances(data: bytes) -> tuple[Remittance, ...]:
    """Read a file whole into memory; raises `X12Refused` as `remittances` does."""
    whole: list[Remittance] = []
    claims: list[RemitClaim] = []
    payment: Payment | None = None
    for found in remittances(data):
        if isinstance(found, RemitClaim):
            claims.append(found)
        elif isinstance(found, Payment):
            payment, claims = found, []
        elif payment is not None:
            whole.append(Remittance(payment, tuple(claims), found))
    return tuple(whole)


class _Transaction:
    """Follows one transaction from its first LX to its SE."""

    def __init__(self) -> None:
        self.claims = 0
        self.numbered = False
        self.adjustments: list[ProviderAdjustment] = []
        self.departures: list[Departure] = []
        self.memory: Memory = {}

    def take(self, part: Part) -> RemitClaim | Closing | None:
        """Read one part after the header."""
        head = part.segments[0]
        if head.tag == "CLP":
            return self._claim(part.segments)
        if head.tag == "SE":
            left = tuple(self.departures)
            found = tuple(self.adjustments)
            return Closing(part.envelope, found, self.claims, head.number, left)
        self.departures.extend(departures.of_elements(part.segments))
        if head.tag == "PLB":
            self._provider(part.segments)
        else:
            self._numbered(part.segments)
        return None

    def _claim(self, segments: Sequence[Segment]) -> RemitClaim:
        if self.adjustments:
            raise unexpected(segments[0])
        if not self.numbered:
            self.departures.append(departures.lacking(segments[0], "an LX before the first claim"))
            self.numbered = True
        self.claims += 1
        return claim_of(segments, self.memory)

    def _numbered(self, segments: Sequence[Segment]) -> None:
        if self.adjustments:
            raise unexpected(segments[0])
        for segment in segments:
            if segment.tag not in _IN_LX:
                raise unexpected(segment)
        self.numbered = True

    def _provider(self, segments: Sequence[Segment]) -> None:
        """Read a PLB: provider, end of the fiscal period, and up to six reasons with amounts."""
        plb, *others = segments
        if others:
            raise unexpected(others[0])
        whole_of(plb, _PLB_PAIRS.stop)
        provider, fiscal_end = needed(plb, 1), day(plb, 2)
        for position in _PLB_PAIRS:
            if position > _PLB_PAIRS[0] and not plb[position] and not plb[position + 1]:
                continue
            needed(plb, position)
            reason, *reference = plb.components(position)
            if not reason:
                raise refused("required", plb.place(position), "It gives no reason.", RESEND)
            amount = cents(plb, position + 1)
            found = ProviderAdjustment(
                provider, fiscal_end, reason, ":".join(reference), amount, plb.number
            )
            self.adjustments.append(found)


def payment_of(part: Part) -> Payment:
    """Read the header of a transaction, from its ST to the last segment before the first LX."""
    single, parties, told = _header(part.segments)
    st = part.segments[0]
    for tag in ("BPR", "TRN"):
        if tag not in single:
            raise lacking(st, tag)
    for role in ("PR", "PE"):
        if role not in parties:
            raise lacking(st, f"N1*{role}")
    bpr, trn, produced = single["BPR"], single["TRN"], single.get("DTM")
    _in_dollars(single.get("CUR"))
    one_of(trn, 1, {"1"})
    return Payment(
        envelope=part.envelope,
        handling=one_of(bpr, 1, _HANDLINGS),
        amount=cents(bpr, 2),
        direction=one_of(bpr, 3, {"C", "D"}),
        method=one_of(bpr, 4, _METHODS),
        paid_on=day(bpr, 16),
        trace=needed(trn, 2),
        payer_number=needed(trn, 3),
        payer=_party(parties["PR"]),
        payee=_party(parties["PE"]),
        number=st.number,
        produced_on=None if produced is None else day_if_sent(produced, 2),
        departures=(*told, *_negative(bpr), *_of_parties(parties)),
    )


Parties = dict[str, list[Segment]]


def _header(
    segments: Sequence[Segment],
) -> tuple[dict[str, Segment], Parties, Iterator[Departure]]:
    """Sort the segments of the header: those that stand alone, and those of each party."""
    single: dict[str, Segment] = {}
    parties: Parties = {}
    role = ""
    for segment in segments[1:]:
        tag = segment.tag
        if tag == "N1":
            role = one_of(segment, 1, {"PR", "PE"})
            if role in parties:
                raise unexpected(segment)
            parties[role] = [segment]
        elif role and tag in {"N3", "N4", "REF", "PER", "RDM"}:
            parties[role].append(segment)
        elif not role and tag in {"BPR", "TRN", "CUR", "DTM"} and tag not in single:
            single[tag] = segment
        elif role or tag != "REF":
            raise unexpected(segment)
    return single, parties, departures.of_elements(segments[1:])


def _party(segments: Sequence[Segment]) -> Party:
    """Read payer or payee: N1, and what REF adds."""
    n1 = segments[0]
    references = tuple(
        Coded(needed(one, 1), needed(one, 2)) for one in segments if one.tag == "REF"
    )
    return Party(n1[1], n1[2], "", n1[3], n1[4], references)


def _of_parties(parties: Parties) -> Iterator[Departure]:
    """Tell what payer and payee lack: names, the payer's address and technical contact, an NPI."""
    payer, payee = parties["PR"], parties["PE"]
    tags = {one.tag for one in payer}
    for n1 in (payer[0], payee[0]):
        if not n1[2]:
            yield departures.lacking(n1, "a name (N102)")
    for tag in ("N3", "N4"):
        if tag not in tags:
            yield departures.lacking(payer[0], f"the payer's address ({tag})")
    if not any(one.tag == "PER" and one[1] == "BL" for one in payer):
        yield departures.lacking(payer[0], "the payer's technical contact (PER*BL)")
    if not (payee[0][3] and payee[0][4]):
        yield departures.lacking(payee[0], "the payee's identifier (N103, N104)")


def _negative(bpr: Segment) -> Iterator[Departure]:
    """Tell of a payment below zero, which the guide wants carried forward by a PLB (FB) instead."""
    if cents(bpr, 2) < 0:
        yield Departure(bpr.number, "BPR", 2, "The guide has no payment below zero.")


def _in_dollars(cur: Segment | None) -> None:
    """Refuse another currency: cents of a dollar would be wrong."""
    if cur is not None and cur[2] != "USD":
        reason = "The payment is not in US dollars."
        raise refused("currency", cur.place(2), reason, "Book it by hand, at the bank's rate.")
