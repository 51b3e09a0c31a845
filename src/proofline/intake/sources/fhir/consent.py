"""A Consent becomes a consents row if it says, or `--program` says, to which program.

* `given_at` is Consent.dateTime, with a time: a day alone does not show what was covered on it.
* `revoked_at` is the end of provision.period; an inactive consent without one waits, and so does
  one whose period begins only after it was given.
* `captured_at` is meta.lastUpdated of a first version, when a server recorded it; a later version
  was touched since, and the blank says that it is not known.
* How it was given, the version of the text and whether costs were disclosed have no place in FHIR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.evidence.tables import PROGRAMS
from proofline.intake.instants import is_later
from proofline.intake.sources.fhir import codes
from proofline.intake.sources.fhir.primitives import day, instant
from proofline.intake.sources.fhir.references import NOWHERE, Directory, token
from proofline.intake.sources.fhir.words import Why, trouble

if TYPE_CHECKING:
    from proofline.intake.report import Trouble
    from proofline.intake.sources.fhir.files import Found
    from proofline.intake.sources.fhir.shapes import Consent

_IN_FORCE_ONCE = frozenset({"active", "inactive"})
# What is agreed to in these scopes is something else, whatever option was given.
_OTHER_SCOPES = frozenset({"adr", "research", "patient-privacy"})


def consent_row(
    found: Found, consent: Consent, directory: Directory, *, program: str
) -> tuple[dict[str, str] | None, list[Trouble]]:
    """Make the consents row, or say why there is none; `program` is for those that name none."""
    programs = _programs(consent)
    patient = directory.leads_to(consent.patient, found.spot, "Patient")
    refused = _not_in_force(consent) or _not_for_us(consent, programs, program)
    if not refused and patient == NOWHERE:
        refused = ("consent_patient", "patient")
    refused = refused or _ill_dated(consent)
    if refused:
        return None, [trouble(found.place, *refused)]
    row = {
        "consent_id": found.stable_id or next(filter(None, map(token, consent.identifier)), ""),
        "patient_id": patient.id,
        "program": "".join(programs) or program,
        "language": consent.language,
        "given_at": instant(consent.date_time) or "",
        "captured_at": _captured_at(consent),
        "revoked_at": _end(consent),
    }
    row["consent_id"] = row["consent_id"] or "|".join(
        (row["patient_id"], row["program"], row["given_at"])
    )
    return row, []


def _not_in_force(consent: Consent) -> Why:
    sent_end = _sent_end(consent)
    if consent.status not in _IN_FORCE_ONCE:
        return "consent_status", "status", consent.status or "missing"
    if consent.provision and consent.provision.type == "deny":
        return "consent_denies", "provision.type"
    if consent.status == "inactive" and not sent_end:
        return "consent_ended", "status"
    return ()


def _not_for_us(consent: Consent, programs: set[str], program: str) -> Why:
    others = [code for _, code in codes.pairs(consent.scope) if code in _OTHER_SCOPES]
    if len(programs) > 1:
        return "consent_programs", "category", " ".join(sorted(programs))
    if others and not programs:
        return "consent_scope", "scope", others[0]
    if not (programs or program):
        return "consent_program", "category"
    return ()


def _ill_dated(consent: Consent) -> Why:
    given_at = instant(consent.date_time)
    if not consent.date_time:
        return "no_consent_time", "dateTime"
    if given_at is None:
        return "date_only" if day(consent.date_time) else "bad_time", "dateTime"
    if _sent_end(consent) and not _end(consent):
        return "consent_end_day", "provision.period.end"
    if is_later(given_at, _end(consent)):
        return "consent_order", "provision.period.end"
    return ("consent_begins", "provision.period.start") if _begins_later(consent) else ()


def _begins_later(consent: Consent) -> bool:
    """Whether it holds only from a later time, or a later day, than that at which it was given."""
    period = consent.provision.period if consent.provision else None
    start = period.start if period else ""
    if instant(start):
        return is_later(start, consent.date_time)
    return start > consent.date_time[: len(start)]


def _sent_end(consent: Consent) -> str:
    period = consent.provision.period if consent.provision else None
    return period.end if period else ""


def _end(consent: Consent) -> str:
    return instant(_sent_end(consent)) or ""


def _programs(consent: Consent) -> set[str]:
    provision = consent.provision
    sent = codes.pairs(
        *consent.category,
        *(provision.code if provision else ()),
        consent.policy_rule,
        consent.scope,
    )
    return {code.upper() for _, code in sent} & set(PROGRAMS)


def _captured_at(consent: Consent) -> str:
    first = consent.meta.version_id == "1"
    return (instant(consent.meta.last_updated) if first else None) or ""
