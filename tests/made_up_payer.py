"""A payer that does not exist: it reads the claims that it was sent, and answers as it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import made_up_back as made
from proofline.claims.claim import Claim, ClaimLine
from proofline.claims.x12.reading import segments

Verdict = tuple[int, str, str]
"""Cents paid, CAS segments joined by `~`, and further segments (LQ) joined by `~`."""


def dollars(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def paid(line: ClaimLine) -> Verdict:
    """Pay a line in full but for ten dollars above the fee schedule."""
    return line.charge - 1000, "CAS*CO*45*10.00", ""


def refused(line: ClaimLine, reason: str, remark: str = "") -> Verdict:
    """Pay nothing of a line."""
    lq = f"LQ*HE*{remark}" if remark else ""
    return 0, f"CAS*CO*{reason}*{dollars(line.charge)}", lq


def line_of(line: ClaimLine, verdict: Verdict, *, named: bool = True, sign: int = 1) -> list[str]:
    cents, cas, more = verdict
    units = sign * line.units
    return [
        f"SVC*HC:{line.code}*{dollars(sign * line.charge)}*{dollars(sign * cents)}**{units}",
        f"DTM*472*{line.last_day:%Y%m%d}",
        *filter(None, cas.split("~")),
        *([f"REF*6R*{line.line_id}"] if named else []),
        *filter(None, more.split("~")),
    ]


def claim_of(
    claim: Claim, verdicts: Mapping[str, Verdict], *, named: bool = True, status: str = ""
) -> list[str]:
    """Answer a claim: `verdicts` by code; `status` 22 takes back what they say."""
    sign = -1 if status == "22" else 1
    lines = [one for one in claim.lines if one.code in verdicts]
    total = sum(verdicts[one.code][0] for one in lines)
    status = status or ("1" if total else "4")
    charge = dollars(sign * sum(one.charge for one in lines))
    money = f"{charge}*{dollars(sign * total)}*"
    body = [line_of(one, verdicts[one.code], named=named, sign=sign) for one in lines]
    return made.claim(claim.claim_id, status, money, *(each for one in body for each in one))


def payee_of(claim: Claim) -> str:
    """Who is paid for a claim, as N103 and N104 of a remittance have it."""
    return f"XX*{claim.billing.npi}"


def remittance(
    *claims: list[str],
    cents: int,
    more: Iterable[str] = (),
    usage: str = "P",
    trace: str = "",
    payee: str = f"XX*{made.NPI}",
) -> bytes:
    told = "~".join(made.header(dollars(cents)))
    head = told.replace(f"XX*{made.NPI}", payee).split("~")
    if trace:
        head = [one.replace("MADEUPCHECK77", trace) for one in head]
    body = [*head, *(one for each in claims for one in each), *more]
    return made.interchange("835", body, usage=usage)


def taken_in(file: bytes, verdict: str = "A") -> bytes:
    """Answer a file of claims with a 999."""
    groups = [one for one in segments(file) if one.tag in {"GS", "ST"}]
    control, sets = groups[0][6], [one[2] for one in groups[1:]]
    body = [f"AK1*HC*{control}*005010X222A1"]
    for number in sets:
        body += [f"AK2*837*{number}*005010X222A1", f"IK5*{verdict}"]
    count = len(sets)
    body.append(f"AK9*{verdict}*{count}*{count}*{count if verdict == 'A' else 0}")
    return made.interchange("999", body)


def status(claims: Iterable[Claim], rejected: Iterable[str] = ()) -> bytes:
    """Answer claims with a 277CA."""
    body, level = list(made.STATUS_HEAD), 4
    for one in claims:
        bad = one.claim_id in set(rejected)
        day = f"{one.lines[0].last_day:%Y%m%d}"
        said = "A7:562:85*20261120*U" if bad else "A2:20:PR*20261120*WQ"
        body += [
            f"HL*{level}*3*PT",
            "NM1*QC*1*ZZTEST*ANYA****MI*1EG4TE5MK73",
            f"TRN*2*{one.claim_id}",
            f"STC*{said}*{dollars(one.total)}",
            f"REF*1K*PAYER{one.claim_id}",
            f"DTP*472*D8*{day}",
        ]
        level += 1
    return made.interchange("277", body)
