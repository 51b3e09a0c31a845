"""The papers of an enrollment: consent, order, visit, biller, payer, set-up and sign-off."""

from __future__ import annotations

from datetime import date, datetime

from .book import FAR_AHEAD, MICROSECOND, Case, Row, day, flag, instant, span, text
from .span import begins, consents, doubtful_withdrawals, holds_on_some_day, three_years_before

EMERGENCY = (date(2020, 3, 1), date(2023, 5, 11))
HEART_OR_PREGNANCY = ("I50", "I110", "I130", "I132", "O10", "O11", "O13", "O14", "O15", "O16")


def holding(case: Case) -> list[Row]:
    """Give the known consents that hold on some day of the period."""
    known = consents(case.book, case.enrollment)
    return [row for row in known if holds_on_some_day(case.book, row, case.start, case.end)]


def governing(case: Case) -> Row | None:
    """Give the latest of them; what was said then is what stands."""
    zone = case.zone
    return max(
        holding(case),
        key=lambda row: (instant(row["given_at"] or "", zone), row["consent_id"] or ""),
        default=None,
    )


def consent_on_file(case: Case) -> bool | None:
    """Say whether a consent holds on some day of the period (R-CONS-1, R-CONS-4).

    Nobody knows after the last agreement was withdrawn while an older one stands open, nor where
    one that is told in two ways may have been withdrawn.
    """
    if not holding(case):
        return False
    asked = case.book, case.enrollment
    return (
        None
        if any(_doubts(case, row) for row in consents(*asked) + doubtful_withdrawals(*asked))
        else True
    )


def _doubts(case: Case, withdrawn: Row) -> bool:
    """Say whether this withdrawal leaves an older agreement open on a day of the period."""
    if not withdrawn.get("revoked_at"):
        return False
    revoked = _given(case, withdrawn, "revoked_at")
    given = _given(case, withdrawn) if withdrawn["given_at"] else revoked
    others = [row for row in consents(case.book, case.enrollment) if row is not withdrawn]
    others = [row for row in others if row["consent_id"] != withdrawn["consent_id"]]
    open_still = [
        row
        for row in others
        if _given(case, row) <= given
        and (not row.get("revoked_at") or _given(case, row, "revoked_at") > revoked)
    ]
    again = [_given(case, row) for row in others if _given(case, row) >= revoked]
    first = (revoked - MICROSECOND).astimezone(case.zone).date()
    last = min(again).astimezone(case.zone).date() if again else FAR_AHEAD
    return bool(open_still) and first <= case.end and last >= case.start


def _given(case: Case, row: Row, column: str = "given_at") -> datetime:
    return instant(row[column] or "", case.zone)


def consent_captured_late_days(case: Case) -> int | None:
    """Count the days from agreeing to writing it down (R-CONS-1)."""
    consent = governing(case)
    if consent is None or not consent.get("captured_at"):
        return None
    captured = case.book.local_day(case.patient_id, consent["captured_at"] or "")
    return (captured - case.book.local_day(case.patient_id, consent["given_at"] or "")).days


def consent_described(case: Case) -> bool | None:
    """Say whether the consent names its text and how it was given (R-CONS-1)."""
    consent = governing(case)
    return True if text(consent, "text_version") and text(consent, "modality") else None


def cost_share_disclosed(case: Case) -> bool | None:
    """Say whether the patient was told of the cost share (R-CONS-2)."""
    return flag(governing(case), "cost_share_disclosed")


def order_on_file(case: Case) -> bool | None:
    """Say whether there is an order by the end of the period (R-ORD-1)."""
    return _ordered_by(case, case.end)


def ordered_before_period(case: Case) -> bool | None:
    """Say whether there is one by its first day, or that of the enrollment (R-ORD-1)."""
    return _ordered_by(case, max(case.start, begins(case.enrollment) or case.start))


def established(case: Case) -> bool | None:
    """Say whether the patient had been seen, or began in the emergency (R-EST-1)."""
    start, seen = begins(case.enrollment), day(case.enrollment, "established_on")
    if start and EMERGENCY[0] <= start <= EMERGENCY[1]:
        return True
    if flag(case.enrollment, "established") is False:
        return False
    if start is None or seen is None or seen > start:
        return None
    return seen >= three_years_before(start)


def diagnoses(case: Case) -> list[str] | None:
    """Give the diagnoses on file without their dots, or None where nobody wrote any."""
    listed = (text(case.enrollment, "diagnoses") or "").upper().split("|")
    return [code.strip().replace(".", "") for code in listed if code.strip()] or None


def condition_named(case: Case) -> bool | None:
    """Say whether a diagnosis is on file (R-DX-1)."""
    return bool(diagnoses(case)) or None


def conditions_named(case: Case) -> int | None:
    """Count the different diagnoses on file."""
    found = diagnoses(case)
    return None if found is None else len(set(found))


def primary_care_level(_case: Case) -> None:
    """Say which level of primary care: no column of the evidence tells."""


def heart_failure_or_pregnancy_hypertension(case: Case) -> bool | None:
    """Say whether one of the two conditions of the payer's policy is on file (R-UHC-1)."""
    found = diagnoses(case)
    return None if found is None else any(code.startswith(HEART_OR_PREGNANCY) for code in found)


def biller(case: Case) -> Row | None:
    """Give the practitioner who bills."""
    return case.book.one("performers", performer_id=case.enrollment["billing_performer_id"])


def practice(case: Case) -> Row | None:
    """Give the practice of the practitioner who bills."""
    where = text(biller(case), "practice_id")
    return case.book.one("practices", practice_id=where) if where else None


def biller_role(case: Case) -> str | None:
    """Give the biller's role (R-WHO-1)."""
    return text(biller(case), "role")


def biller_bills_em(case: Case) -> bool | None:
    """Say whether the biller may bill visits (R-WHO-1)."""
    return flag(biller(case), "bills_em")


def practice_kind(case: Case) -> str | None:
    """Give the kind of the billing practice."""
    return text(practice(case), "kind")


def coverage(case: Case) -> Row | None:
    """Give the coverage on the service date, the one that began last if there are several."""
    held = [
        row
        for row in case.book.rows("coverages", patient_id=case.patient_id)
        if span(row)[0] <= case.service_date <= span(row)[1]
    ]
    return max(held, key=lambda row: (span(row)[0], row["coverage_id"] or ""), default=None)


def payer_kind(case: Case) -> str | None:
    """Give the kind of that coverage, else Medicare fee for service if no payer is named (E10)."""
    found = coverage(case)
    if found is None and case.enrollment.get("payer_id"):
        return None
    return text(found, "kind") if found else "medicare_ffs"


def payer_id(case: Case) -> str | None:
    """Give the payer: of the coverage, else of the enrollment (E10)."""
    found = coverage(case)
    return text(found, "payer_id") if found else text(case.enrollment, "payer_id")


def place_of_service(case: Case) -> str | None:
    """Give the place of service on the enrollment."""
    return text(case.enrollment, "place_of_service")


def set_up(case: Case) -> bool | None:
    """Say whether the device was set up, not after the period (R-SETUP-6).

    Nobody knows whether what was done before the patient agreed was done again (R-CONS-1); where
    there is no consent at all, another fact says so.
    """
    when = day(case.enrollment, "setup_date")
    if when is None or when > case.end:
        return None if when is None else False
    known = consents(case.book, case.enrollment)
    return not known or any(holds_on_some_day(case.book, row, when, when) for row in known) or None


def attested(case: Case) -> list[Row]:
    """Give the biller's sign-offs after the period, over all of it, known by now."""
    found = []
    signed = case.book.rows("sign_offs", enrollment_id=case.enrollment["enrollment_id"])
    for row in signed:
        when = case.book.local_day(case.patient_id, row["signed_at"] or "")
        first, last = span(row, "period_start", "period_end")
        if (
            row["performer_id"] == case.enrollment["billing_performer_id"]
            and case.end < when <= case.book.as_of
            and first <= case.start
            and case.end <= last
        ):
            found.append(row)
    return found


def signed_off(case: Case) -> bool:
    """Say whether such a sign-off still stands (E7).

    The oracle prints no digest, so one that is written down is never that of this evidence.
    """
    return any(not row.get("evidence_digest") for row in attested(case))


def stale_sign_offs(case: Case) -> int:
    """Count the sign-offs of other evidence than this (E7)."""
    stale = [row for row in attested(case) if row.get("evidence_digest")]
    return len({row["sign_off_id"] for row in stale})


def sign_off_pinned(_case: Case) -> bool:
    """Say whether a standing sign-off names a digest; here none that stands does."""
    return False


def _ordered_by(case: Case, limit: date) -> bool | None:
    if text(case.enrollment, "order_kind") == "none":
        return False
    author = case.book.one("performers", performer_id=case.enrollment.get("ordering_performer_id"))
    may = {"physician", "npp", None} | ({"therapist"} if case.program == "RTM" else set())
    ordered = day(case.enrollment, "order_date")
    return None if ordered is None or text(author, "role") not in may else ordered <= limit
