"""Which readings count, and on how many days of a period they fell."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from .book import Book, Case, Row, flag, instant, span, text
from .kinds import SYSTEMS, as_data, kind_of, nothing_rests_on
from .span import agreed, died_before, paused

FDA_BASES = {"cleared", "exempt", "de_novo", "eua"}
BY_ITSELF = {"automatic", "memory"}
SIXTEEN = 16


def standing_versions(book: Book, patient_id: str | None) -> list[tuple[Row, bool]]:
    """Give the versions of each reading that hold, and whether it is certain that they do.

    Of one id with different content the latest received holds. Of two that came at one instant, and
    of one that nobody knows when it came, nobody can say which one is right; it is certain only
    where they would count alike (E3, E15). One without a value takes back whatever has no time.
    """
    zone = book.zone(patient_id)
    by_id: dict[str | None, list[Row]] = {}
    for row in book.tables.get("readings", []):
        if book.known(patient_id, row.get("received_at"), row["measured_at"]):
            by_id.setdefault(row["reading_id"], []).append(row)
    standing = []
    for versions in by_id.values():
        came = [
            instant(stamp, zone) if (stamp := row.get("received_at")) else None for row in versions
        ]
        last = max(filter(None, came), default=None)
        latest = [row for row, at in zip(versions, came, strict=True) if at == last]
        if last is not None and any(row.get("value") for row in latest):
            latest += [row for row, at in zip(versions, came, strict=True) if at is None]
        alike = {counted_as(row, zone) for row in latest}
        standing += [(row, len(alike) == 1) for row in latest]
    return standing


def counted_as(row: Row, zone: ZoneInfo) -> tuple[object, ...]:
    """Give what of a version decides whether and where it counts; the value itself does not."""
    flags = bool(row.get("value")), bool(flag(row, "test")), bool(flag(row, "ambiguous_person"))
    moment = instant(row["measured_at"] or "", zone)
    return (moment, row["device_id"], row.get("patient_id"), row["entry"], *flags)


def holders(book: Book, device_id: str | None, stamp: str) -> set[str | None]:
    """Give the patients with whom the device was on that day of their own calendar."""
    found = set()
    for row in book.rows("assignments", device_id=device_id):
        first, last = span(row)
        if first <= book.local_day(row["patient_id"], stamp) <= last:
            found.add(row["patient_id"])
    return found


def whose(book: Book, row: Row, patient_id: str | None) -> str:
    """Say whether a reading is the patient's: yes, no, or unsettled."""
    named = row.get("patient_id")
    with_them = holders(book, row["device_id"], row["measured_at"] or "")
    possible = with_them | ({named} if named else set())
    if patient_id not in possible:
        return "no"
    return "yes" if with_them == {patient_id} == possible else "unsettled"


def received_on(book: Book, patient_id: str | None, row: Row) -> date:
    """Give the day on which a reading came, by the patient's clock as it stood when measured."""
    zone = book.zone(patient_id)
    measured = instant(row["measured_at"] or "", zone).astimezone(zone)
    came = instant(row.get("received_at") or row["measured_at"] or "", zone)
    return (came.astimezone(UTC) + (measured.utcoffset() or timedelta())).date()


def judge(book: Book, enrollment: Row, row: Row, *, certain: bool) -> str:
    """Say of a reading of the enrollment's patient: counts, unsettled, or no."""
    patient, stamp = enrollment["patient_id"], row["measured_at"] or ""
    today = book.local_day(patient, stamp)
    device = book.one("devices", device_id=row["device_id"])
    basis, data = text(device, "fda_basis"), as_data(book, enrollment, kind_of(device), today)
    self_reported = row["entry"] == "manual" and enrollment["program"] != "RTM"
    if (
        whose(book, row, patient) == "no"
        or not row.get("value")
        or flag(row, "test")
        or self_reported
        or basis == "none"
        or data == "no"
        or paused(book, patient, today)
        or died_before(book, patient, today)
        or not agreed(book, enrollment, stamp)
    ):
        return "no"
    settled = (
        certain
        and whose(book, row, patient) == "yes"
        and row["entry"] != "unknown"
        and received_on(book, patient, row) >= today
        and not flag(row, "ambiguous_person")
        and basis in FDA_BASES
        and data == "yes"
    )
    return "counts" if settled else "unsettled"


def judged(book: Book, enrollment: Row) -> list[tuple[date, date, str]]:
    """Give local day, UTC day and judgement of each reading that may be the enrollment's."""
    key = ("readings", enrollment["enrollment_id"])
    if key not in book.memory:
        patient = enrollment["patient_id"]
        book.memory[key] = [
            (
                book.local_day(patient, row["measured_at"] or ""),
                instant(row["measured_at"] or "", book.zone(patient)).astimezone(UTC).date(),
                judge(book, enrollment, row, certain=certain),
            )
            for row, certain in standing_versions(book, patient)
        ]
    return book.memory[key]  # type: ignore[return-value]


def days_that(case: Case, *judgements: str) -> set[date]:
    """Give the local days of the period with a reading so judged."""
    readings = judged(case.book, case.enrollment)
    return {local for local, _, said in readings if said in judgements and case.has(local)}


def transmission_days(case: Case) -> tuple[int, int]:
    """Count the days with a reading that counts, and those that could (R-DAY-1, R-DAY-2)."""
    return len(days_that(case, "counts")), len(days_that(case, "counts", "unsettled"))


def transmission_days_in_force(case: Case) -> tuple[int, int]:
    """Count those days from the first day of the page on (R-SETUP-5)."""
    sure, could = days_that(case, "counts"), days_that(case, "counts", "unsettled")
    return (
        len([today for today in sure if today >= case.in_force]),
        len([today for today in could if today >= case.in_force]),
    )


def phe_transmission_days(case: Case) -> tuple[int, int]:
    """Count days, two standing for sixteen where COVID-19 is suspected (R-PHE-1)."""
    sure, could = transmission_days(case)
    covid = flag(case.enrollment, "covid")
    eased = max(sure, SIXTEEN) if sure >= 2 else sure
    could_be_eased = max(could, SIXTEEN) if could >= 2 else could
    return eased if covid else sure, could if covid is False else could_be_eased


def utc_days(case: Case) -> int:
    """Count the UTC dates of the readings that count (R-DAY-4)."""
    readings = judged(case.book, case.enrollment)
    return len({utc for _, utc, said in readings if said == "counts" and case.has(utc)})


def paused_days(case: Case) -> int:
    """Count the days in a hospital or a skilled nursing facility (R-DAY-5)."""
    length = (case.end - case.start).days + 1
    dates = [date.fromordinal(case.start.toordinal() + n) for n in range(length)]
    return len([today for today in dates if paused(case.book, case.patient_id, today)])


def devices(case: Case) -> list[tuple[Row | None, set[str | None]]]:
    """Give each device with the patient in the period, and the owners written down for it.

    A device of which no reading can be data is none of them (R-RTM-3).
    """
    owners: dict[str | None, set[str | None]] = {}
    for row in case.book.rows("assignments", patient_id=case.patient_id):
        if case.touches(*span(row)):
            owners.setdefault(row["device_id"], set()).add(row.get("owner"))
    given = [(case.book.one("devices", device_id=key), owned) for key, owned in owners.items()]
    return [(device, owned) for device, owned in given if not nothing_rests_on(case, device)]


def medical_devices(case: Case) -> tuple[int, int]:
    """Count devices with an FDA basis; one nobody recorded could still have one (R-DEVICE-1).

    One that is on file with her on no day of the period may be hers if its readings name her.
    """
    bases = [text(device, "fda_basis") for device, _ in devices(case)]
    sure = len([basis for basis in bases if basis in FDA_BASES])
    named = [case.book.one("devices", device_id=key) for key in named_only(case)]
    hers = [text(device, "fda_basis") for device in named if not nothing_rests_on(case, device)]
    return sure, sure + bases.count(None) + len([basis for basis in hers if basis != "none"])


def named_only(case: Case) -> set[str | None]:
    """Give the devices of readings of the period that name the patient, who was not given them."""
    given = {
        row["device_id"]
        for row in case.book.rows("assignments", patient_id=case.patient_id)
        if case.touches(*span(row))
    }
    found = {
        row["device_id"]
        for row, _ in standing_versions(case.book, case.patient_id)
        if row.get("patient_id") == case.patient_id
        and row.get("value")
        and row["entry"] != "manual"
        and not flag(row, "test")
        and case.has(case.book.local_day(case.patient_id, row["measured_at"] or ""))
    }
    return found - given


def devices_missing_paper(case: Case) -> int:
    """Count cleared, De Novo and EUA devices without a number (R-DEVICE-2)."""
    return _without_reference(case, FDA_BASES - {"exempt"})


def devices_exempt_unlisted(case: Case) -> int:
    """Count exempt devices without a product code (R-DEVICE-2)."""
    return _without_reference(case, {"exempt"})


def devices_patient_owned(case: Case) -> int:
    """Count devices that belong to the patient (R-DEVICE-3)."""
    return len([owned for _, owned in devices(case) if "patient" in owned])


def devices_owner_unknown(case: Case) -> int:
    """Count devices whose owner nobody wrote down (R-DEVICE-3)."""
    return len([owned for _, owned in devices(case) if None in owned])


def therapy_system(case: Case) -> str | None:
    """Say what the devices watch, where they all watch the same (R-RTM-1)."""
    kinds = {kind_of(device) for device, _ in devices(case)}
    watched = {system for system, group in SYSTEMS.items() if group & kinds}
    return watched.pop() if len(watched) == 1 else None


def _without_reference(case: Case, bases: set[str]) -> int:
    papers = [
        device
        for device, _ in devices(case)
        if text(device, "fda_basis") in bases and not text(device, "fda_reference")
    ]
    return len(papers)
