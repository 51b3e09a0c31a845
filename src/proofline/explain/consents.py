"""The consents on file, as evidence has them, ready to be held against the texts they name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from proofline.packs import shelf
from proofline.packs.consents.checking import Agreement
from proofline.packs.errors import PackError

if TYPE_CHECKING:
    from proofline.evidence.database import Database

_PROMPTLY = "consent_captured_promptly"
"""The requirement of every page whose bound is the most days from given to captured."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROWS = """
SELECT c.consent_id, c.patient_id, c.program, c.text_version, c.language, c.cost_share_disclosed,
    c.given_at, c.captured_at, c.revoked_at, p.time_zone
FROM consents AS c
JOIN patients AS p ON p.patient_id = c.patient_id
WHERE c.given_at IS NOT NULL -- forms that contradict each other are no agreement
ORDER BY c.consent_id, c.given_at
"""


def agreements(connection: Database, as_of: date) -> list[Agreement]:
    """Read every consent that was known at the end of a day in the patient's zone.

    `connection` is that of opened evidence, whose instants are microseconds since 1970 in UTC.
    """
    found = [_agreement(row) for row in connection.cursor().execute(_ROWS).fetchall()]
    return [one for one in found if max(one.given_on, one.captured_on or one.given_on) <= as_of]


def most_lag(program: str, day: date) -> int | None:
    """Give the days from given to captured that the page of that day allows; None where none."""
    try:
        page = shelf.on(shelf.base_pack(program), day)
    except PackError:
        return None
    asked = page.requirements.get(_PROMPTLY)
    return asked.max if asked else None


def _agreement(row: tuple[object, ...]) -> Agreement:
    consent_id, patient_id, program, version, language, told, given, captured, revoked, zone = row
    place = ZoneInfo(str(zone))
    given_at = _EPOCH + timedelta(microseconds=int(str(given)))
    captured_at = _instant(captured, place)
    return Agreement(
        consent_id=str(consent_id),
        patient_id=str(patient_id),
        program=str(program),
        text_version=None if version is None else str(version),
        language=None if language is None else str(language),
        cost_share_disclosed=None if told is None else bool(told),
        given_at=given_at.astimezone(place),
        captured_at=captured_at,
        revoked_at=_instant(revoked, place),
        given_on=given_at.astimezone(place).date(),
        captured_on=captured_at.date() if captured_at else None,
    )


def _instant(micros: object, place: ZoneInfo) -> datetime | None:
    if micros is None:
        return None
    return (_EPOCH + timedelta(microseconds=int(str(micros)))).astimezone(place)
