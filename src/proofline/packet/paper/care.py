"""What people did: consent, order, time, calls and sign-off, each as it is on file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.packet.paper import words
from proofline.packet.paper.marks import Mark
from proofline.packet.paper.sheet import BODY, LABEL, LEFT, MINOR, QUIET, SMALL
from proofline.packet.paper.tables import NOT_ON_FILE, Columns, pairs, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.packet.packet import Called, Packet, Row, TextRead, Worked
    from proofline.packet.paper.sheet import Sheet


def consent(sheet: Sheet, packet: Packet) -> None:
    """Draw each consent, and the text that was read, word for word."""
    if not packet.papers["consents"]:
        sheet.paragraph(f"Consent to {packet.decision['program']}: {NOT_ON_FILE}.", BODY)
    for row in packet.papers["consents"]:
        sheet.need(80)
        sheet.y -= 14
        sheet.put(
            LEFT, f"Consent to {row['program']}, {row['modality'] or 'how: ' + NOT_ON_FILE}", MINOR
        )
        sheet.space(2)
        pairs(sheet, _consent(row, packet))
    for text in packet.texts:
        _text(sheet, text)


def _consent(row: Row, packet: Packet) -> Iterator[tuple[str, str]]:
    yield "given", words.local(row["given_at"], packet)
    yield "recorded", words.local(row["captured_at"], packet)
    yield "recorded by", words.person(packet.performer(row["captured_by"]), row["captured_by"])
    yield "version of the text", row["text_version"] or ""
    yield "language", row["language"] or ""
    yield "cost share explained", words.yes(row["cost_share_disclosed"])
    yield "withdrawn", words.local(row["revoked_at"], packet) or "no withdrawal on file"
    yield "consent id", row["consent_id"]


def _text(sheet: Sheet, text: TextRead) -> None:
    sheet.need(60)
    sheet.y -= 16
    sheet.put(LEFT, f"The text as read, version {text.version}", MINOR)
    sheet.space(2)
    if not text.words:
        sheet.paragraph(
            f"The words of version {text.version}: {NOT_ON_FILE}. The consent names a text that is"
            " not among those kept here.",
            SMALL,
        )
        return
    for paragraph in text.words.strip().split("\n\n"):
        sheet.paragraph(paragraph, SMALL, x=LEFT + 14)
        sheet.space(3)
    sheet.paragraph(f"Digest of these words: {text.digest}", LABEL, x=LEFT + 14)


def order(sheet: Sheet, packet: Packet) -> None:
    """Draw the order, the visit it rests on, the condition and the set-up."""
    row = packet.enrollment
    kind = {"order": "order", "plan_entry": "entry in the plan of care", "none": "there is none"}
    ordering, setup = row["ordering_performer_id"], row["setup_performer_id"]
    pairs(
        sheet,
        [
            ("order", kind.get(row["order_kind"] or "", "")),
            ("dated", words.day(row["order_date"])),
            ("ordered by", words.person(packet.performer(ordering), ordering)),
            ("condition monitored", (row["diagnoses"] or "").replace("|", ", ")),
            ("medical necessity", ""),
            ("last qualifying visit", words.day(row["established_on"])),
            ("set up and taught on", words.day(row["setup_date"])),
            ("set up by", words.person(packet.performer(setup), setup)),
            ("place of service", row["place_of_service"] or ""),
            ("end of the episode", _end(row)),
        ],
    )
    sheet.space(3)
    sheet.paragraph(
        "Medical necessity: no text of it is part of the evidence; the order, the condition and"
        " the notes in the time log are what is on file. Add the practitioner's note to this.",
        LABEL,
    )


def _end(row: Row) -> str:
    if row["end_date"] is None:
        return "has not ended"
    return f"{row['end_date']}, {row['end_reason'] or 'reason ' + NOT_ON_FILE}"


def time_log(sheet: Sheet, packet: Packet) -> None:
    """Draw every piece of work: who, when, how long, what, on which ground it counts or not."""
    facts = packet.decision["facts"]
    sheet.paragraph(
        f"Whole minutes that count in the period: {words.plain(facts.get('treatment_minutes'))}."
        " Stretches are joined as logged, parted at midnight and rounded down once.",
        QUIET,
    )
    if not packet.work:
        sheet.paragraph(f"Time entries of this period: {NOT_ON_FILE}.", BODY)
        return
    columns = Columns(
        ("", "from, patient's time", "to", ">length", "who", "what was done", "how taken"),
        (2.4, 26, 10, 8, 25, 24, 35),
    )
    table(sheet, columns, [_work(one, packet) for one in packet.work])
    for one in packet.contested:
        said = "two programs" if one.kind == "patient" else "one performer for two patients"
        begun, ended = words.at(one.started_at), words.at(one.ended_at)
        sheet.paragraph(f"Claimed twice, by {said}: {begun} to {ended}; counts for neither.", SMALL)


def _work(one: Worked, packet: Packet) -> tuple[str | Mark, ...]:
    work, entry = one.work, one.entry
    seconds = int((work.ended_at - work.started_at).total_seconds())
    who = packet.performer(work.performer_id)
    employed = who.get("employment") or "employment not on file"
    role = words.ROLES.get(work.role or "", "role not on file")
    done = (work.activity or "activity not named").replace("_", " ")
    notes = [done, entry.get("note") or f"note: {NOT_ON_FILE}", one.why]
    taken = [
        entry.get("method") or f"method: {NOT_ON_FILE}",
        f"entered {words.local(entry.get('entered_at'), packet) or NOT_ON_FILE}",
        f"{entry['supervision']} supervision" if entry.get("supervision") else "",
    ]
    return (
        Mark(one.standing),
        words.at(work.started_at),
        work.ended_at.isoformat(sep=" ", timespec="seconds")[11:19],
        f"{seconds // 60}:{seconds % 60:02}",
        f"{words.person(who, work.performer_id)}\n{role}, {employed}",
        "\n".join(filter(None, notes)),
        "\n".join(filter(None, taken)),
    )


def call_log(sheet: Sheet, packet: Packet) -> None:
    """Draw every attempt to communicate; live ones are filled."""
    if not packet.calls:
        sheet.paragraph(f"Attempts to communicate in this period: {NOT_ON_FILE}.", BODY)
        return
    columns = Columns(
        ("", "begun, patient's time", "ended", "channel", "reached", "who", "record of the call"),
        (2.4, 26, 10, 12, 16, 28, 28),
    )
    table(sheet, columns, [_call(one, packet) for one in packet.calls])


def _call(one: Called, packet: Packet) -> tuple[str | Mark, ...]:
    call = one.call
    ended = "" if one.ended_at is None else one.ended_at.isoformat(sep=" ")[11:19]
    record = call.call_record_id or NOT_ON_FILE
    return (
        Mark(one.standing),
        words.at(call.started_at),
        ended or NOT_ON_FILE,
        call.channel.replace("_", " "),
        call.reached or "not recorded",
        words.person(packet.performer(call.performer_id), call.performer_id) or NOT_ON_FILE,
        f"{record}\n{one.why}" if one.why else record,
    )


def sign_off(sheet: Sheet, packet: Packet) -> None:
    """Draw who attested to what, when, and whether it still is the evidence on file."""
    found = packet.papers["sign_offs"]
    if not found:
        sheet.paragraph(f"Sign-off of this period: {NOT_ON_FILE}.", BODY)
    digest = packet.decision["evidence_digest"]
    for row in found:
        pinned = row["evidence_digest"]
        said = (
            "pins nothing: no digest was attested"
            if pinned is None
            else (
                "is that of the evidence on file"
                if pinned == digest
                else "is not that of the evidence on file: the sign-off is stale"
            )
        )
        by = words.person(packet.performer(row["performer_id"]), row["performer_id"])
        sheet.need(70)
        pairs(
            sheet,
            [
                ("attested by", by),
                ("signed", words.local(row["signed_at"], packet)),
                ("for", f"{row['period_start']} to {row['period_end']}"),
                ("digest attested", f"{pinned or NOT_ON_FILE}; {said}"),
                ("sign-off id", row["sign_off_id"]),
            ],
        )
        sheet.space(5)
    pairs(sheet, [("evidence on file", digest)])
