"""A consent row against the text that it names: what does not fit, each with its words.

Nothing here changes an outcome: what a page asks of a consent stands on the page. These are the
things that an auditor sees on the paper itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from proofline.packs.consents.texts import ConsentText, missing


@dataclass(frozen=True, slots=True)
class Agreement:
    """A consent as it is on file; None where the row is blank.

    `given_on` and `captured_on` are days local to the patient; instants are aware.
    """

    consent_id: str
    patient_id: str
    program: str
    text_version: str | None
    language: str | None
    cost_share_disclosed: bool | None
    given_at: datetime
    captured_at: datetime | None
    revoked_at: datetime | None
    given_on: date
    captured_on: date | None

    @property
    def lag_days(self) -> int | None:
        """Local days from given to captured; None where nobody knows when it was captured."""
        return None if self.captured_on is None else (self.captured_on - self.given_on).days


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that does not fit: on which consent, what (a stable word), and in words."""

    consent_id: str
    what: str
    text: str


def remarks(one: Agreement, known: Mapping[str, ConsentText], most_lag: int | None) -> list[Remark]:
    """Give all that does not fit of a consent; `most_lag` are the days that its page allows."""
    found = [*_text(one, known), *_capture(one, most_lag)]
    return [Remark(one.consent_id, what, text) for what, text in found]


def _text(one: Agreement, known: Mapping[str, ConsentText]) -> list[tuple[str, str]]:
    if one.text_version is None:
        return [("unnamed", "no version of a text is named")]
    text = known.get(one.text_version)
    if text is None:
        return [("unknown_version", f"version {one.text_version} is not on file")]
    found = []
    if text.program != one.program:
        told = f"{text.version} is the text of {text.program}, the consent is to {one.program}"
        found.append(("wrong_program", told))
    found += _language(one, text)
    if one.given_on < text.effective:
        told = f"given on {one.given_on}, and {text.version} is in force from {text.effective}"
        found.append(("not_yet_in_force", told))
    elif not text.in_force(one.given_on):
        told = f"given on {one.given_on}, and {text.version} was in force until {text.until}"
        found.append(("no_longer_in_force", told))
    return found + _duties(one, text)


def _language(one: Agreement, text: ConsentText) -> list[tuple[str, str]]:
    if one.language is None:
        return [("language_unknown", f"no language on file; {text.version} is in {text.language}")]
    if one.language.partition("-")[0].lower() != text.language:
        told = f"the language on file is {one.language}, {text.version} is in {text.language}"
        return [("wrong_language", told)]
    return []


def _duties(one: Agreement, text: ConsentText) -> list[tuple[str, str]]:
    found = [
        (f"no_{duty.about}", f"{text.version} does not tell of {duty.about} ({duty.cite})")
        for duty in missing(text)
    ]
    told = text.tells_of("cost_share")
    if one.cost_share_disclosed and not told:
        words = f"the cost share is said to be disclosed, and {text.version} does not tell of it"
        found.append(("cost_share_contradicted", words))
    elif one.cost_share_disclosed is False and told:
        words = f"the cost share is said not to be disclosed, though {text.version} tells of it"
        found.append(("cost_share_contradicted", words))
    elif one.cost_share_disclosed is None:
        found.append(("cost_share_unknown", "whether the cost share was disclosed is not on file"))
    return found


def _capture(one: Agreement, most_lag: int | None) -> list[tuple[str, str]]:
    if one.captured_at is None:
        return [("capture_unknown", "when it was captured is not on file")]
    days = one.lag_days or 0
    if one.captured_at < one.given_at:
        told = f"captured on {one.captured_on}, before it was given on {one.given_on}"
        return [("captured_before_given", told)]
    if most_lag is not None and days > most_lag:
        told = (
            f"given on {one.given_on}, captured {days} days later on {one.captured_on};"
            f" {most_lag} days are allowed without question"
        )
        return [("captured_late", told)]
    return []


def billed_under(known: Iterable[Agreement], patient: str, program: str, day: date) -> str | None:
    """Give the id of the consent under which a service of that day is billed, None without one.

    Of those that hold on the day, local to the patient, the latest given: the version that it names
    is the version billed, whatever was published since.
    """
    holding = [
        one
        for one in known
        if one.patient_id == patient and one.program == program and _holds(one, day)
    ]
    latest = max(holding, key=lambda one: (one.given_at, one.consent_id), default=None)
    return None if latest is None else latest.consent_id


def _holds(one: Agreement, day: date) -> bool:
    """Whether it holds on some part of a day; the instant of revoking is not part of it."""
    if one.given_on > day:
        return False
    if one.revoked_at is None:
        return True
    zone = one.given_at.tzinfo
    last = one.revoked_at.astimezone(zone)
    midnight = last.hour == last.minute == last.second == last.microsecond == 0
    return day < last.date() or (day == last.date() and not midnight)
