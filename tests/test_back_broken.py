"""Files broken on purpose, as translators, editors and mails break them: each is read or refused.

Every row names the segment and element at which a person would look. Numbers of segments are not
written out: the place is held against the bytes that stand there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

import made_up_back as made
from proofline.claims.back.acknowledgments import acknowledgments
from proofline.claims.back.balance import weigh
from proofline.claims.back.remitting import remittances
from proofline.claims.x12.trouble import X12Refused

PAID = made.remittance()
SECOND = PAID.replace(b"000000007", b"000000008")


def changed(old: str, new: str, data: bytes = PAID) -> bytes:
    """Change a text, and count the segments anew where their number changed with it."""
    assert old.encode() in data
    other = data.replace(old.encode(), new.encode())
    more = other.count(b"~") - data.count(b"~")
    return re.sub(rb"(?<=~\nSE\*)\d+", lambda found: b"%d" % (int(found[0]) + more), other)


def without(pattern: str) -> bytes:
    """Take out one segment and leave all counts as they are."""
    return re.sub(rb"(?<=~)\n?" + pattern.encode() + rb"\*[^~]*~", b"", PAID)


def remittance(*claims: list[str], paid: str) -> bytes:
    return made.interchange("835", [*made.header(paid), *(one for each in claims for one in each)])


def cas(triplets: int) -> list[str]:
    """Give a claim of 60.00 whose CAS takes 2.00 off in each of so many triplets."""
    each = "".join(
        f"*{reason}*2*" for reason in ("45", "253", "144", "104", "89", "161", "97")[:triplets]
    )
    svc = f"SVC*HC:99454*60*{60 - 2 * triplets}**1"
    money = f"60*{60 - 2 * triplets}*"
    return made.claim("C-1", "1", money, svc, "DTM*472*20261001", f"CAS*CO{each}".rstrip("*"))


def wrapped(ends: str) -> bytes:
    return PAID.replace(b"~\n", ends.encode())


def declared(marks: str) -> bytes:
    """Give the second interchange with delimiters of its own."""
    return SECOND.translate(bytes.maketrans(b"*:^~", marks.encode()))


REFUSED: list[tuple[str, bytes, str, str, int]] = [
    ("no SE", without("SE"), "misplaced", "GE*1", 0),
    ("no GE", without("GE"), "misplaced", "IEA*1", 0),
    ("no IEA", without("IEA"), "cut_off", "GE*1", 0),
    ("no GS", without("GS"), "misplaced", "ST*835", 0),
    ("no ST", without("ST"), "misplaced", "BPR*", 0),
    ("a segment lost", without("REF"), "count", "SE*", 1),
    ("SE of another set", changed("*0001~\nGE", "*0002~\nGE"), "control_number", "SE*", 2),
    ("GE counts two", changed("GE*1*7", "GE*2*7"), "count", "GE*", 1),
    ("GE of another group", changed("GE*1*7", "GE*1*8"), "control_number", "GE*", 2),
    ("IEA counts none", changed("IEA*1", "IEA*0"), "count", "IEA*", 1),
    ("IEA of another", changed("IEA*1*000000007", "IEA*1*000000008"), "control_number", "IEA*", 2),
    ("an ISA in an ISA", PAID[:106] + PAID, "misplaced", "ISA*", 0),
    ("the same ISA again", PAID + PAID, "control_number", "ISA*", 13),
    ("other marks within", changed("CLP*C-1002*4*", "CLP|C-1002|4|"), "no_segment", "CLP|", 0),
    (
        "another composite",
        changed("SVC*HC:99454*60*0", "SVC*HC>99454*60*0"),
        "procedure",
        "SVC*HC>",
        1,
    ),
    ("small letters", changed("CLP*C-1002", "clp*C-1002"), "no_segment", "clp*", 0),
    ("all small", PAID.lower(), "no_isa", "isa*", 0),
    ("garbage behind", PAID + b"garbage", "cut_off", "garbage", 0),
    ("garbage behind a mark of the end", PAID + b"\x1agarbage", "cut_off", "\x1a", 0),
    ("4010", changed("005010X221A1", "004010X091A1"), "other_guide", "ST*", 0),
    ("an empty envelope", (made.isa() + "IEA*0*000000007~").encode(), "hollow", "ISA*", 0),
    (
        "an empty group",
        f"{made.isa()}GS*HP*A*B*20261120*0930*7*X*005010X221A1~GE*0*7~IEA*1*000000007~".encode(),
        *("hollow", "GS*", 0),
    ),
    ("an empty set", made.interchange("835", []), "missing_segment", "ST*", 0),
    ("a group of claims", changed("GS*HP", "GS*HC"), "code", "GS*", 1),
    ("neither test nor earnest", changed("*0*P*:~", "*0*X*:~"), "usage", "ISA*", 15),
    (
        "the second set broken",
        made.interchange("835", [*made.header("0"), *made.DENIED], [*made.header("x"), *made.PAID]),
        *("number", "BPR*I*x", 2),
    ),
    ("seven triplets", remittance(cas(7), paid="46"), "too_many_elements", "CAS*", 20),
    ("seven pairs", changed("*L6*-1.25", "*L6*1" * 6), "too_many_elements", "PLB*", 15),
    ("half a pair", changed("*L6*-1.25", "*L6"), "number", "PLB*", 6),
    ("a group that is none", changed("CAS*CO*119", "CAS*CR*119"), "code", "CAS*CR", 1),
    ("no payment method", changed("*C*CHK", "*C*"), "required", "BPR*", 4),
    ("an unknown method", changed("*C*CHK", "*C*XYZ"), "code", "BPR*", 4),
    ("a status of 4010", changed("CLP*C-1002*4", "CLP*C-1002*5"), "code", "CLP*C-1002", 2),
    (
        "a service before a claim",
        made.interchange("835", [*made.header("0"), "SVC*HC:99454*1*0"]),
        "unexpected",
        "SVC*",
        0,
    ),
    (
        "a PLB before a claim",
        made.interchange("835", [*made.header("0"), made.PROVIDER, *made.DENIED]),
        "unexpected",
        "CLP*",
        0,
    ),
]


@pytest.mark.parametrize(
    ("data", "code", "begins", "element"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_it_is_refused_where_a_person_would_look(
    data: bytes, code: str, begins: str, element: int
) -> None:
    with pytest.raises(X12Refused) as caught:
        list(remittances(data))
    place = caught.value.place
    assert (caught.value.code, place.element) == (f"claims.x12_{code}", element)
    assert data[place.offset :].startswith(begins.encode())
    assert caught.value.remedy


READ: list[tuple[str, bytes, list[tuple[int, int, bool]]]] = [
    ("CR LF behind segments", wrapped("~\r\n"), [(6, 13809, True)]),
    ("nothing behind segments", wrapped("~"), [(6, 13809, True)]),
    ("blank lines", wrapped("~\n\n"), [(6, 13809, True)]),
    ("a byte order mark", b"\xef\xbb\xbf" + PAID, [(6, 13809, True)]),
    ("two interchanges", PAID + SECOND, [(6, 13809, True)] * 2),
    ("two, parted otherwise", PAID + declared("|>!'"), [(6, 13809, True)] * 2),
    ("the guide before its errata", changed("005010X221A1", "005010X221"), [(6, 13809, True)]),
    ("no line number of ours", changed("REF*6R*L-1~\n", ""), [(6, 13809, True)]),
    ("six triplets", remittance(cas(6), paid="48"), [(1, 4800, True)]),
    (
        "no service at all",
        remittance(made.claim("C-9", "1", "60*40*", kept="CAS*CO*45*20"), paid="40"),
        [(1, 4000, True)],
    ),
    (
        "no claim, money only",
        made.interchange("835", [*made.header("-8.75"), made.PROVIDER]),
        [(0, -875, True)],
    ),
    ("taken back, below zero", remittance(made.TAKEN_BACK, paid="-40.86"), [(1, -4086, True)]),
    (
        "taken back without why",
        remittance(made.claim("C-9", "22", "-60*-40.86*"), paid="-40.86"),
        [(1, -4086, False)],
    ),
    (
        "nothing is paid, but 138.09",
        changed("BPR*I*138.09*C*CHK", "BPR*H*0*C*NON"),
        [(6, 0, False)],
    ),
    *(
        (f"status {one}", changed("CLP*C-1002*4", f"CLP*C-1002*{one}"), [(6, 13809, True)])
        for one in ("1", "2", "3", "4", "19", "20", "21", "22", "23", "25")
    ),
]


@pytest.mark.parametrize(("data", "sums"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_it_is_read_with_its_money(data: bytes, sums: list[tuple[int, int, bool]]) -> None:
    found = [(one.claims, one.stated, one.balanced) for _, one in weigh(remittances(data))]
    assert found == sums


def test_what_is_open_is_named() -> None:
    with pytest.raises(X12Refused, match=r"The ST of segment 3 is not closed before it by its SE"):
        list(remittances(without("SE")))
    with pytest.raises(X12Refused, match=r"It stands outside of any interchange"):
        list(remittances(PAID + b"REF*6R*L-1~"))
    with pytest.raises(X12Refused, match=r"It stands in the GS of segment 2, but in no set"):
        list(remittances(without("ST")))


ANSWERS: list[tuple[str, Callable[[], bytes], str, str, int]] = [
    ("a TA1 without IEA", lambda: made.ta1()[:-18], "cut_off", "TA1*", 0),
    ("an unknown verdict", lambda: made.ta1("Z"), "code", "TA1*", 4),
    (
        "a TA1 in a group",
        lambda: changed("ST*999", "TA1*1~ST*999", made.implementation()),
        "misplaced",
        "TA1*",
        0,
    ),
    (
        "a 999 of 4010",
        lambda: changed("005010X231A1", "004010X231A1", made.implementation()),
        "other_guide",
        "ST*",
        0,
    ),
    (
        "a 999 in a group of 277",
        lambda: changed("GS*FA", "GS*HN", made.implementation()),
        "code",
        "GS*",
        1,
    ),
    ("a 997", lambda: changed("ST*999*", "ST*997*", made.implementation()), "kind", "ST*", 1),
    (
        "claims pending",
        lambda: changed("005010X214", "005010X228", made.claim_status()),
        "other_guide",
        "ST*",
        0,
    ),
    ("a remittance", made.remittance, "kind", "ST*", 1),
]


@pytest.mark.parametrize(
    ("make", "code", "begins", "element"),
    [row[1:] for row in ANSWERS],
    ids=[row[0] for row in ANSWERS],
)
def test_an_acknowledgment_is_refused_where_a_person_would_look(
    make: Callable[[], bytes], code: str, begins: str, element: int
) -> None:
    with pytest.raises(X12Refused) as caught:
        list(acknowledgments(make()))
    place = caught.value.place
    assert (caught.value.code, place.element) == (f"claims.x12_{code}", element)
    assert make()[place.offset :].startswith(begins.encode())


@pytest.mark.parametrize("kind", made.every_answer())
def test_no_segment_can_be_lost_doubled_or_written_small(kind: str) -> None:
    data = made.every_answer()[kind]
    reader = remittances if kind == "835" else acknowledgments
    whole = [one.strip() for one in data.decode().split("~") if one.strip()]

    def kept(*parts: list[str]) -> list[object]:
        return list(reader("".join(f"{one}~" for part in parts for one in part).encode()))

    assert len(kept(whole)) == len(list(reader(data)))
    for at, one in enumerate(whole):
        before, behind = whole[:at], whole[at + 1 :]
        broken = [(before, behind), (before, [one[:3].lower() + one[3:]], behind), (before,)]
        if kind != "ta1" or not one.startswith("TA1"):  # an interchange may carry several TA1
            broken.append((before, [one, one], behind))
        for parts in broken:
            with pytest.raises(X12Refused):
                kept(*parts)
