"""Answers of a payer that does not exist, about patients that do not exist.

Envelopes are closed by counting, so that no test counts segments by hand.
"""

from __future__ import annotations

from collections.abc import Sequence

GROUPS = {"835": "HP", "999": "FA", "277": "HN"}
GUIDES = {"835": "005010X221A1", "999": "005010X231A1", "277": "005010X214"}
NPI = "1234567893"


def isa(control: int = 7, *, usage: str = "P", ends: str = "~") -> str:
    widths = f"{'MADEUPPAYER':<15}*ZZ*{'MADEUPPRACTICE':<15}"
    head = f"ISA*00*{'':10}*00*{'':10}*ZZ*{widths}*261120*0930*^*00501*{control:09}*0*{usage}*:"
    return head + ends


def interchange(kind: str, *sets: Sequence[str], usage: str = "P", guide: str = "") -> bytes:
    """Wrap transaction sets, each without its ST and SE."""
    guide = guide or GUIDES[kind]
    named = "" if kind == "835" else f"*{guide}"
    inner = [f"GS*{GROUPS[kind]}*MADEUPPAYER*MADEUPPRACTICE*20261120*0930*7*X*{guide}"]
    for number, body in enumerate(sets, 1):
        inner += [f"ST*{kind}*{number:04}{named}", *body, f"SE*{len(body) + 2}*{number:04}"]
    inner += [f"GE*{len(sets)}*7", "IEA*1*000000007"]
    return (isa(usage=usage) + "".join(f"{one}~\n" for one in inner)).encode()


def ta1(verdict: str = "R", note: str = "005") -> bytes:
    return f"{isa()}TA1*000000101*261119*0930*{verdict}*{note}~IEA*0*000000007~".encode()


def header(amount: str, method: str = "CHK") -> list[str]:
    return [
        f"BPR*I*{amount}*C*{method}************20261120",
        "TRN*1*MADEUPCHECK77*1999999999",
        "DTM*405*20261119",
        "N1*PR*MADE UP CONTRACTOR",
        "N3*1 NOWHERE ROAD",
        "N4*NOWHERE*IA*50001",
        "PER*BL*MADE UP HELP*TE*5155550100",
        f"N1*PE*MADE UP PRACTICE*XX*{NPI}",
        "LX*1",
    ]


def claim(number: str, status: str, money: str, *lines: str, kept: str = "") -> list[str]:
    """Give a claim: `money` is charge*paid*share; `kept` a CAS of the claim as a whole."""
    return [
        f"CLP*{number}*{status}*{money}*MB*PAYER{number}*11*1",
        *([kept] if kept else []),
        "NM1*QC*1*ZZTEST*ANYA****MI*1EG4TE5MK73",
        f"NM1*82*1*ZZDOCTOR*MADEUP****XX*{NPI}",
        "MOA***MA01",
        "DTM*050*20261105",
        *lines,
    ]


PAID = claim(
    *("C-1001", "1", "120*40.86*10.42"),
    *("SVC*HC:99454*60*40.86**1", "DTM*150*20261001", "DTM*151*20261030"),
    *("CAS*CO*45*7.89**253*.83", "CAS*PR*2*10.42", "REF*6R*L-1", "AMT*B6*52.11"),
    *("SVC*HC:99457*60*0**1", "DTM*472*20261031", "CAS*CO*151*60", "REF*6R*L-2", "LQ*HE*N362"),
)
DENIED = claim(
    *("C-1002", "4", "60*0*"),
    *("SVC*HC:99454*60*0**0", "DTM*472*20261031", "CAS*CO*119*60*1", "REF*6R*L-3"),
    *("LQ*HE*N640", "LQ*HE*M86"),
)
TAKEN_BACK = claim(
    *("C-0900", "22", "-60*-40.86*"),
    *("SVC*HC:99454*-60*-40.86**-1", "DTM*472*20260930"),
    *("CAS*CO*45*-7.89**253*-.83", "CAS*PR*2*-10.42", "REF*6R*L-0"),
)
ANEW = claim(
    *("C-0900", "1", "60*0*"),
    *("SVC*HC:99454*60*0**0", "DTM*472*20260930", "CAS*CO*97*60", "REF*6R*L-0", "LQ*HE*M15"),
)
SIX = claim(
    *("C-1003", "1", "150*126*"),
    *("SVC*HC:99458*150*126**3", "DTM*472*20261031"),
    "CAS*CO*45*20*1*253*.5**144*-1**104*2*2*89*3**161*-.5*3",
    "REF*6R*L-4",
)
CHANGED = claim(
    *("C-1004", "1", "60*20.84*5.21"),
    *("SVC*HC:99470*60*20.84**1*HC:99457*1", "DTM*472*20261031"),
    *("CAS*CO*45*33.95", "CAS*PR*2*5.21", "REF*6R*L-5"),
)
PROVIDER = f"PLB*{NPI}*20261231*WO:PAYERC-0800*10*L6*-1.25"
"""10.00 taken back for an older claim, 1.25 interest given: 8.75 kept."""

CLAIMS = (PAID, DENIED, TAKEN_BACK, ANEW, SIX, CHANGED)
STATED = "138.09"
"""40.86 + 0 - 40.86 + 0 + 126.00 + 20.84 = 146.84, less 8.75."""


def remittance(stated: str = STATED, *, usage: str = "P") -> bytes:
    body = [*header(stated), *(one for each in CLAIMS for one in each), PROVIDER]
    return interchange("835", body, usage=usage)


def large_remittance(claims: int) -> bytes:
    """Give so many claims like the first, each of somebody else, with 400 amounts and 28 days.

    The patient's share grows by as many cents as the payment shrinks.
    """
    body, total = [], 0
    for number in range(claims):
        cents = number % 400
        paid, share = 4086 - cents, 1042 + cents
        total += paid
        body += [_varied(one, number, f"{paid / 100:.2f}", f"{share / 100:.2f}") for one in PAID]
    return interchange("835", [*header(f"{total // 100}.{total % 100:02}"), *body])


def _varied(segment: str, number: int, paid: str, share: str) -> str:
    changed = segment.replace("C-1001", f"C-{number}").replace("ZZTEST", f"ZZTEST {number}")
    changed = changed.replace("40.86", paid).replace("10.42", share)
    return changed.replace("L-", f"L{number}-").replace("20261031", f"202610{number % 28 + 1:02}")


IMPLEMENTATION = [
    "AK1*HC*17*005010X222A1",
    "AK2*837*0001*005010X222A1",
    "IK3*NM1*23*2010*8",
    "CTX*CLM01:C-1002",
    "IK4*9*67*1",
    "IK4*3:1:1*1035*6*ZZTEST",
    "IK3*SV1*31*2400*8",
    "CTX*SITUATIONAL TRIGGER*CLM*27**5:3*1325",
    "IK4*1:2*234*7*99499",
    "IK5*R*5*I5",
    "AK2*837*0002*005010X222A1",
    "IK5*A",
    "AK9*P*2*2*1",
]

STATUS_HEAD = [
    "BHT*0085*08*MADEUP1*20261120*0930*TH",
    "HL*1**20*1",
    "NM1*PR*2*MADE UP CONTRACTOR*****PI*99999",
    "TRN*1*MADEUP1",
    "DTP*050*D8*20261119",
    "DTP*009*D8*20261120",
    "HL*2*1*21*1",
    "NM1*41*2*MADE UP PRACTICE*****46*PRACTICE7",
    "TRN*2*BATCH17",
    "STC*A1:19:PR*20261120*WQ*240",
    "QTY*90*1",
    "QTY*AA*1",
    "AMT*YU*120",
    "AMT*YY*120",
    "HL*3*2*19*1",
    f"NM1*85*2*MADE UP PRACTICE*****XX*{NPI}",
    "TRN*1*0",
    "STC*A1:19:PR**WQ*240",
    "QTY*QA*1",
    "QTY*QC*1",
    "AMT*YU*120",
    "AMT*YY*120",
]
STATUS_CLAIMS = [
    "HL*4*3*PT",
    "NM1*QC*1*ZZTEST*ANYA****MI*1EG4TE5MK73",
    "TRN*2*C-1001",
    "STC*A2:20:PR*20261120*WQ*120",
    "REF*1K*PAYERC-1001",
    "REF*D9*HOUSE88",
    "DTP*472*RD8*20261001-20261031",
    "HL*5*3*PT",
    "NM1*QC*1*ZZTEST*BORIS****MI*1EG4TE5MK74",
    "TRN*2*C-1002",
    "STC*A7:562:85*20261120*U*120******A6:153:82",
    "REF*D9*HOUSE89",
    "DTP*472*D8*20261031",
    "SVC*HC:99457*60*****1",
    "STC*A8:507*20261120*U",
    "REF*FJ*L-2",
    "DTP*472*D8*20261031",
]


def implementation() -> bytes:
    return interchange("999", IMPLEMENTATION)


def claim_status() -> bytes:
    return interchange("277", [*STATUS_HEAD, *STATUS_CLAIMS])


ASKED = [
    "BHT*0010*08*MADEUP2*20261121*0930*DG",
    "HL*1**20*1",
    "NM1*PR*2*MADE UP PLAN*****PI*88888",
    "PER*IC*MADE UP HELP*TE*5155550100",
    "HL*2*1*21*1",
    "NM1*41*2*MADE UP PRACTICE*****46*PRACTICE7",
    "HL*3*2*19*1",
    f"NM1*1P*2*MADE UP PRACTICE*****XX*{NPI}",
    "HL*4*3*22*0",
    "NM1*IL*1*ZZTEST*ANYA****MI*W1001",
    "TRN*2*QUESTION1",
    "STC*P1:20*20261121**120",
    "REF*1K*PAYERC-1001",
    "REF*EJ*C-1001",
    "DTP*472*RD8*20261001-20261031",
    "HL*5*3*22*1",
    "NM1*IL*1*ZZTEST*CARLA****MI*W1002",
    "HL*6*5*23",
    "NM1*QC*1*ZZTEST*BORIS",
    "TRN*2*QUESTION2",
    "STC*F2:88*20261121**60*0",
    "REF*EJ*C-1002",
    "DTP*472*D8*20261031",
    "SVC*HC:99457*60*0****1",
    "STC*F2:88*20261121",
    "REF*FJ*L-2",
    "DTP*472*D8*20261031",
]


def asked_status() -> bytes:
    return interchange("277", ASKED, guide="005010X212")


def every_answer() -> dict[str, bytes]:
    """Give one file of each kind."""
    return {
        "835": remittance(),
        "999": implementation(),
        "277ca": claim_status(),
        "ta1": ta1(),
        "277": asked_status(),
    }
