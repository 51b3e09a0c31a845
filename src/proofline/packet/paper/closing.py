"""The last pages: conflicts looked for, claim and remittances, the law, how to check it all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from proofline.claims.fees.pricing import dollars
from proofline.packet.entering import DECISIONS, items
from proofline.packet.paper import words
from proofline.packet.paper.marks import WORDS, Mark
from proofline.packet.paper.sheet import BODY, LEFT, MINOR, QUIET, SMALL
from proofline.packet.paper.tables import NOT_ON_FILE, Columns, pairs, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.packet.entered import Entered
    from proofline.packet.packet import Billed, Packet, Step
    from proofline.packet.paper.sheet import Sheet


def conflicts(sheet: Sheet, packet: Packet) -> None:
    """Draw what others report for the patient, stays, and work claimed twice."""
    sheet.paragraph(
        "Looked for: services of other practices and programs on days of the period and 29 days"
        " around it, stays in which monitoring pauses, and minutes claimed twice. Only what is"
        " part of the evidence can be found; the payer's own records may hold more.",
        QUIET,
    )
    sheet.space(4)
    services = packet.papers["other_services"]
    if services:
        columns = Columns(
            ("code", "from", "to", "status", "billed by NPI", "known from", "service"),
            (10, 14, 14, 12, 16, 18, 26),
        )
        table(
            sheet,
            columns,
            [
                (
                    one["code"],
                    words.day(one["from_date"]),
                    words.day(one["to_date"] or one["from_date"]),
                    one["status"] or NOT_ON_FILE,
                    one["billing_npi"] or NOT_ON_FILE,
                    one["source"] or NOT_ON_FILE,
                    one["service_id"],
                )
                for one in services
            ],
        )
    else:
        pairs(sheet, [("other services", "none on file")])
    stays = [
        f"{one['kind'].replace('_', ' ')}, {words.day(one['from_date'])} to"
        f" {words.day(one['to_date']) or 'not ended'}"
        for one in packet.papers["stays"]
    ]
    pairs(sheet, [("stays", "\n".join(stays) or "none on file")])
    twice = f"{len(packet.contested)} stretches" if packet.contested else "none found"
    pairs(sheet, [("minutes claimed twice", twice)])


def left_out(sheet: Sheet, packet: Packet) -> None:
    """Draw everything that did not count, by its reason."""
    if not packet.left:
        sheet.paragraph("Everything on file of this period counts.", BODY)
        return
    columns = Columns(
        ("", ">how many", "what", "why not", "what would cure it"), (3, 9, 16, 44, 44)
    )
    body = [
        (
            Mark("unsettled" if one.unsettled else "refused"),
            str(len(one.ids)),
            one.what,
            one.words,
            one.cure or "nothing; it never counts",
        )
        for one in packet.left
    ]
    table(sheet, columns, body)


def billed(sheet: Sheet, packet: Packet) -> None:
    """Draw the line in the book: its claim, every step, the remittances, and amendments."""
    if packet.billed is None:
        sheet.paragraph(f"Claim and remittances of this line: {NOT_ON_FILE}.", BODY)
    else:
        pairs(sheet, _claim(packet.billed))
        sheet.space(4)
        columns = Columns(("", "when", "what", "by", "said"), (4, 22, 18, 18, 60))
        table(sheet, columns, [_step(one) for one in packet.billed.steps])
    if not packet.amendments:
        sheet.space(4)
        pairs(sheet, [("amendments", "none on file")])
    for row in packet.amendments:
        sheet.space(4)
        pairs(sheet, [(name.replace("_", " "), words.plain(value)) for name, value in row.items()])


def _claim(one: Billed) -> Iterator[tuple[str, str]]:
    yield "claim", one.claim_id
    yield "stands", one.state.replace("_", " ")
    yield "charge", f"{dollars(one.charge)} US dollars"
    yield "modifiers", ", ".join(one.modifiers) or "none"
    yield "diagnoses on the claim", ", ".join(one.diagnoses)


def _step(one: Step) -> tuple[str, ...]:
    said = [f"{name} {_money(name, value)}" for name, value in one.detail.items() if value]
    why = [one.why] if one.why else []
    what = f"{one.kind}: {one.state.replace('_', ' ')}" if one.state else one.kind
    return str(one.number), words.at(one.at), what, one.who, "; ".join([*why, *said])


def _money(name: str, value: str) -> str:
    """Write the whole cents of an answer as dollars; the rest of what it said as it is."""
    if name in {"charge", "paid", "total"}:
        return f"{dollars(int(value))} US dollars"
    if name == "adjustments":
        parts = (one.rpartition(":") for one in value.split())
        return ", ".join(f"{reason} {dollars(int(cents))}" for reason, _, cents in parts)
    return value


def law(sheet: Sheet, packet: Packet) -> None:
    """Draw the page of the law, what it cites, and the choices that no source settles."""
    told = packet.law
    pairs(
        sheet,
        [
            ("page", f"{told.page}: {told.title}, in force from {told.effective}"),
            ("digest of the page", told.digest),
            ("decided by", packet.decision["engine"]),
        ],
    )
    sheet.need(90)
    sheet.y -= 16
    sheet.put(LEFT, "Sources, as the findings cite them", MINOR)
    sheet.space(3)
    columns = Columns(("cited", "document", "grade", "what was read"), (28, 54, 7, 40))
    table(sheet, columns, list(_sources(packet)))
    sheet.need(90)
    sheet.y -= 16
    sheet.put(LEFT, "Policies: what no source settles, and the choice made", MINOR)
    sheet.space(3)
    body = [
        (one.name.replace("_", " "), one.choice.replace("_", " "), one.text, one.cite or NO_SOURCE)
        for one in told.policies
    ]
    table(sheet, Columns(("point", "choice", "in words", "source"), (24, 22, 60, 28)), body)


NO_SOURCE = "no source found"


def _sources(packet: Packet) -> Iterator[tuple[str, ...]]:
    for one in packet.law.cited:
        document = f"{one.title}. {one.publisher}, {one.date}."
        yield one.cite, f"{document}\n{one.url}" if one.url else document, one.grade, one.read


def abbreviations(sheet: Sheet, packet: Packet) -> None:
    """Draw what the short words and the marks mean."""
    del packet
    pairs(sheet, words.ABBREVIATIONS)
    sheet.space(4)
    shapes = ("counts", "unsettled", "refused", "nothing", "to_come")
    body = [(Mark(word), WORDS[word], _AS_FINDING.get(word, "")) for word in shapes]
    table(
        sheet,
        Columns(("", "of a day, reading, work or call", "of a requirement"), (3, 40, 60)),
        body,
    )


_AS_FINDING = {
    "counts": "met",
    "unsettled": "unproven: the evidence does not say",
    "refused": "unmet",
}


def checking(sheet: Sheet, packet: Packet, entered: Entered | None) -> None:
    """Say how a stranger checks the packet, and what that proves and does not prove."""
    sheet.paragraph(
        "This document comes in a ZIP file with packet.json, which holds the same data for"
        " programs, and verify.py, which needs nothing but Python 3.9 or later and no network. Run:"
        " python3 verify.py FILE.zip. It checks every byte of the file, counts days and minutes"
        " again from the raw log, and says what that proves.",
        BODY,
    )
    sheet.space(4)
    if entered is None:
        sheet.paragraph(
            "This packet was not entered in a ledger. Its digests show that its parts belong"
            " together. They do not show when they were written, nor that nothing was changed"
            " before.",
            BODY,
        )
        return
    pairs(
        sheet,
        [
            ("ledger", entered.origin),
            ("entries at the checkpoint", str(entered.size)),
            ("root", entered.root),
            ("key of the ledger", entered.key),
            ("entries proven here", str(len(entered.proven) + len(entered.batches))),
            ("of this packet not shown in it", ", ".join(_unproven(packet, entered)) or "nothing"),
        ],
    )
    sheet.space(4)
    sheet.paragraph(
        "Compare the key and the checkpoint with a copy that you got another way: printed on an"
        " earlier claim, or from a witness. A key that comes only with the packet proves nothing.",
        SMALL,
    )


def _unproven(packet: Packet, entered: Entered) -> Iterator[str]:
    """Say of how many rows of each kind the ledger proves nothing, or not to a stranger.

    What came in one batch with rows of others is proven at the service, and not shown here.
    """
    proven = {one.about for one in entered.proven}
    proven |= {name for one in entered.batches if one.payload for name in one.names}
    lacking = Counter(kind for kind, *key in items(packet) if "/".join((kind, *key)) not in proven)
    for kind, count in lacking.items():
        yield "the decision" if kind == DECISIONS else f"{count} {kind.replace('_', ' ')}"
