"""Codes and what holds a claim together: ids, frequency code, diagnoses, pointers, modifiers."""

from __future__ import annotations

import re

from proofline.claims.claim import Claim, ClaimLine
from proofline.claims.drawing import MOST_DIAGNOSES, MOST_LINES, MOST_POINTERS
from proofline.claims.edits.finding import Found, doubtful, missing, wrong
from proofline.claims.edits.setting import Setting

_ICD = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}", re.ASCII)
_HCPCS = re.compile(r"[0-9]{4}[0-9A-Z]|[A-V][0-9]{4}", re.ASCII)
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_ID = re.compile(r"[0-9A-Z]+", re.ASCII)
_LONGEST_CLAIM_ID, _LONGEST_LINE_ID, _MOST_MODIFIERS = 20, 30, 4


def shape(claim: Claim, setting: Setting) -> Found:
    """Check ids, number of lines, and the frequency code with the payer's number (REF*F8)."""
    ids = [line.line_id for line in claim.lines]
    if not _is_id(claim.claim_id, _LONGEST_CLAIM_ID):
        yield wrong("claim.id", "claim", "The claim id is not one of ours.", "Draft again.")
    if len(set(ids)) < len(ids) or not all(_is_id(one, _LONGEST_LINE_ID) for one in ids):
        yield wrong("line.id", "claim", "A line id is missing or stands twice.", "Draft again.")
    if len(ids) > MOST_LINES:
        yield wrong("claim.lines", "claim", "A claim has at most 50 lines.", "Draft again.")
    if claim.frequency in {"7", "8"} and not claim.original_reference.strip():
        yield missing(
            "claim.reference",
            "claim",
            "The payer's number of the claim that is replaced or voided (REF*F8)",
            "take it from the remittance (CLP07)",
        )
    if claim.frequency == "1" and claim.original_reference:
        yield wrong(
            "claim.reference",
            "claim",
            "An original claim has no number of the payer's yet (REF*F8).",
            "Say whether it replaces or voids that claim, or take the number out.",
        )
    takes = claim.coverages and setting.directory.terms(claim.coverages[0].payer).takes
    if takes and takes(claim.frequency) is not True:
        yield wrong(
            "claim.frequency",
            "claim",
            f"This payer is not known to take frequency code {claim.frequency}.",
            "Ask for a reopening, or send a new claim for what was rejected.",
        )


def diagnoses(claim: Claim, setting: Setting) -> Found:
    """Check the diagnoses: there, in form, without a dot, each once, in force on the last day."""
    if not claim.diagnoses:
        yield missing("diagnosis.missing", "claim", "A diagnosis", "enrollments.diagnoses")
    if len(claim.diagnoses) > MOST_DIAGNOSES:
        yield wrong("diagnosis.many", "claim", "A claim has at most 12.", "Draft again.")
    if len(set(claim.diagnoses)) < len(claim.diagnoses):
        yield wrong("diagnosis.twice", "claim", "A diagnosis stands twice.", "Draft again.")
    for number, code in enumerate(claim.diagnoses, 1):
        place = f"diagnosis {number}"
        if not _ICD.fullmatch(code):
            yield wrong(
                "diagnosis.form",
                place,
                "This has not the form of ICD-10-CM, three to seven places without a dot.",
                "Mend enrollments.diagnoses.",
            )
        elif setting.diagnoses is not None and claim.lines:
            yield from _in_force(code, place, claim, setting)


def _in_force(code: str, place: str, claim: Claim, setting: Setting) -> Found:
    assert setting.diagnoses is not None, "asked only where a list was loaded"
    found = {setting.diagnoses.standing(code, line.last_day) for line in claim.lines}
    if found & {"unknown", "heading"}:
        yield wrong(
            "diagnosis.unknown",
            place,
            "ICD-10-CM of the day of service has no such code that may be submitted.",
            "Say the condition by a code in force, to its last place.",
        )
    elif "no_list" in found:
        yield doubtful(
            "diagnosis.no_list",
            place,
            "No ICD-10-CM of the day of service was loaded, so the code was not looked up.",
            "Load the order file of that fiscal year.",
        )


def lines(claim: Claim) -> Found:
    """Check code, modifiers and diagnosis pointers of every line."""
    for number, line in enumerate(claim.lines, 1):
        place = f"line {number}"
        if not _HCPCS.fullmatch(line.code):
            yield wrong("line.code", place, "This has not the form of HCPCS.", "Draft again.")
        yield from _modifiers(line, place)
        yield from _pointers(claim, line, place)


def _modifiers(line: ClaimLine, place: str) -> Found:
    named = line.modifiers
    fits = all(_MODIFIER.fullmatch(one) for one in named)
    if not fits or len(named) > _MOST_MODIFIERS or len(set(named)) < len(named):
        yield wrong(
            "line.modifier",
            place,
            "A line has at most four modifiers of two places, each once.",
            "Take out what is not one.",
        )


def _pointers(claim: Claim, line: ClaimLine, place: str) -> Found:
    named = line.diagnosis_pointers
    if not named or len(named) > MOST_POINTERS or len(set(named)) < len(named):
        reason = "A line points to one to four diagnoses, each once."
    elif not all(1 <= one <= len(claim.diagnoses) for one in named):
        reason = "A pointer leads to a diagnosis that is not on the claim."
    else:
        return
    yield wrong("line.pointer", place, reason, "Mend enrollments.diagnoses and draft again.")


def _is_id(text: str, most: int) -> bool:
    return bool(_ID.fullmatch(text)) and len(text) <= most
