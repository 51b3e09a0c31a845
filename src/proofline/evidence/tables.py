"""The evidence contract as data: every table, every column, its meaning and what may stand in it.

Everything that reads, checks, stages or documents evidence is derived from `TABLES`. The order of
the tables is the order of staging: a table stands after those that it leans on.
"""

from __future__ import annotations

from functools import partial

from proofline.evidence.contract import Column, Order, Table

_id = partial(Column, "id")
_text = partial(Column, "text")
_choice = partial(Column, "choice")
_date = partial(Column, "date")
_instant = partial(Column, "instant")
_boolean = partial(Column, "boolean")
_number = partial(Column, "number")
_list = partial(Column, "list")

PROGRAMS = ("RPM", "RTM", "CCM", "PCM", "BHI", "APCM")
BY_DEVICE = frozenset({"RPM", "RTM"})
"""Programs in which a device sends; in the others no day is counted."""
AUTHENTICITY = ("signed", "undated", "pulled", "file", "manual")
"""What can vouch for a reading: a signature over a time of sending, one over the message alone,
which can be sent again for ever, our own call to the vendor, a file, a person's typing."""
_ADDRESS = (
    _text("address_line", "Street and number."),
    _text("city", "City."),
    _text("state", "State."),
    _text("postal_code", "Postal code."),
)

PATIENTS = Table(
    "patients",
    "a person",
    (
        _id("patient_id", "The person.", required=True),
        _text("time_zone", "IANA zone in which the person's days are counted.", required=True),
        _date("birth_date", "Day of birth."),
        _text("sex", "Sex as the payer knows it."),
        _date("death_date", "Day of death; nothing counts after it."),
        _text("family_name", "Family name."),
        _text("given_name", "Given name."),
        _text("member_id", "Number of the person with the payer."),
        *_ADDRESS,
        _text("phone", "Telephone number."),
    ),
    key=("patient_id",),
)

PERFORMERS = Table(
    "performers",
    "someone who works or bills",
    (
        _id("performer_id", "The person who works or bills.", required=True),
        _choice(
            "role",
            "In what capacity the person works.",
            required=True,
            choices=("physician", "npp", "clinical_staff", "auxiliary", "therapist"),
        ),
        _text("name", "Name."),
        _text("npi", "National Provider Identifier."),
        _id("practice_id", "The practice the person works or bills for."),
        _boolean("bills_em", "Whether the person may bill evaluation and management services."),
        _choice(
            "employment",
            "How the person stands to the practice.",
            choices=("employed", "contracted"),
        ),
    ),
    key=("performer_id",),
)

PRACTICES = Table(
    "practices",
    "a billing organisation",
    (
        _id("practice_id", "The organisation.", required=True),
        _text("name", "Name."),
        _text("npi", "National Provider Identifier of the organisation."),
        _text("tax_id", "Tax number."),
        *_ADDRESS,
        _text("locality", "MAC and locality, for fees."),
        _choice(
            "kind",
            "Practice, rural health clinic or federally qualified health center.",
            choices=("practice", "rhc", "fqhc"),
        ),
        _boolean(
            "qualifying_apm", "Whether it takes part in a qualifying alternative payment model."
        ),
    ),
    key=("practice_id",),
)

ENROLLMENTS = Table(
    "enrollments",
    "one episode of one program",
    (
        _id("enrollment_id", "The episode.", required=True),
        _id("patient_id", "The person enrolled.", required=True),
        _choice("program", "The program.", required=True, choices=PROGRAMS),
        _id("billing_performer_id", "Who bills.", required=True),
        _date("order_date", "Day of the order."),
        _id("ordering_performer_id", "Who ordered."),
        _choice(
            "order_kind",
            "Order, entry in the plan of care; none: there is no order.",
            choices=("order", "plan_entry", "none"),
        ),
        _date("setup_date", "Local day on which the device was set up and its use taught."),
        _id("setup_performer_id", "Who set the device up."),
        _list("diagnoses", "ICD-10-CM codes, the monitored condition first."),
        _date("established_on", "Last qualifying visit before the start."),
        _id("payer_id", "Who pays, where no coverage says so."),
        _text("place_of_service", "Place of service code."),
        _boolean("established", "false: there never was a visit."),
        _date("end_date", "Last day of the episode."),
        _text("end_reason", "Why it ended."),
        _date(
            "anchor_date",
            "Day 1 of the first cycle; blank: set-up, in CCM, PCM, BHI, APCM else the order.",
        ),
        _boolean("covid", "Suspected or confirmed COVID-19, for 2020 to 2023."),
    ),
    key=("enrollment_id",),
)

DEVICES = Table(
    "devices",
    "an instrument",
    (
        _id("device_id", "The instrument.", required=True),
        _text(
            "kind",
            "What it measures: blood_pressure, glucose, weight, pulse_oximeter and so on.",
            required=True,
        ),
        _text("manufacturer", "Maker."),
        _text("model", "Model."),
        _text("serial", "Serial number."),
        _text("udi_di", "Device identifier part of the UDI."),
        _choice(
            "fda_basis",
            "On what ground it is a medical device; none: it is not.",
            choices=("cleared", "exempt", "de_novo", "eua", "none"),
        ),
        _text("fda_reference", "K number, De Novo number or product code."),
    ),
    key=("device_id",),
    on_conflict="complete",
)

ASSIGNMENTS = Table(
    "assignments",
    "a device with a patient",
    (
        _id("device_id", "The instrument.", required=True),
        _id("patient_id", "The person who has it.", required=True),
        _date("from_date", "First local day with the person.", required=True),
        _date("to_date", "Last local day with the person; blank: still there."),
        _choice("owner", "Whose property the instrument is.", choices=("practice", "patient")),
    ),
    key=("device_id", "patient_id", "from_date"),
    on_conflict="keep",
    orders=(Order("from_date", "to_date"),),
)

READINGS = Table(
    "readings",
    "one physiologic measurement",
    (
        _id("reading_id", "The measurement.", required=True),
        _id("device_id", "The instrument that measured.", required=True),
        _id("patient_id", "The person measured; blank: found through the assignment of that day."),
        _text("metric", "LOINC code of what was measured.", required=True),
        _number("value", "The value; blank: a heartbeat of the device, no measurement."),
        _number("value_2", "Second value: diastolic of a blood-pressure panel."),
        _text("unit", "UCUM unit of the values."),
        _instant("measured_at", "When it was measured.", required=True),
        _instant("received_at", "When it reached us."),
        _choice(
            "entry",
            "How it came: by itself, later from the device's memory, by hand, or nobody knows.",
            required=True,
            choices=("automatic", "memory", "manual", "unknown"),
        ),
        _choice(
            "time_quality",
            "How far the time of measurement can be trusted.",
            choices=("device", "estimated", "local-clock"),
        ),
        _boolean("ambiguous_person", "Whether somebody else may have been measured."),
        _boolean("test", "Whether it is a test and no measurement."),
        _text("source", "Where it came from."),
        _text("source_message_id", "The message that brought it."),
        _choice("authenticity", "What vouches for it.", choices=AUTHENTICITY),
    ),
    key=("reading_id",),
    on_conflict="correct",
    clock="assignment",
    large=True,
)

CONSENTS = Table(
    "consents",
    "an agreement",
    (
        _id("consent_id", "The agreement.", required=True),
        _id("patient_id", "Who agreed.", required=True),
        _choice("program", "To which program.", required=True, choices=PROGRAMS),
        _text("text_version", "Which text was agreed to."),
        _text("language", "In which language."),
        _choice("modality", "How.", choices=("verbal", "written", "electronic")),
        _instant("given_at", "When the person agreed.", required=True),
        _instant("captured_at", "When the agreement was recorded."),
        _id("captured_by", "Who recorded it."),
        _boolean("cost_share_disclosed", "Whether the cost share was explained."),
        _instant("revoked_at", "When the person withdrew it."),
    ),
    key=("consent_id",),
    on_conflict="doubt",
    in_doubt=("given_at",),
    orders=(Order("given_at", "revoked_at"),),
    clock="patient_id",
)

_COUNTED = "review, care_plan, communication, coordination, documentation"
_NEVER = "setup_education, scheduling, device_logistics, attempt (nobody answered), automated"

TIME_ENTRIES = Table(
    "time_entries",
    "one stretch of work",
    (
        _id("entry_id", "The stretch of work.", required=True),
        _id("enrollment_id", "For which episode.", required=True),
        _id("performer_id", "Who worked.", required=True),
        _instant("started_at", "Start.", required=True),
        _instant("ended_at", "End.", required=True),
        _text("activity", f"What was done. Counted: {_COUNTED}. Never counted: {_NEVER}."),
        _choice("method", "How the time was taken.", choices=("timer", "typed")),
        _instant("entered_at", "When it was entered."),
        _choice("supervision", "Under which supervision.", choices=("general", "direct")),
        _text("note", "What was done, in words."),
    ),
    key=("entry_id",),
    on_conflict="doubt",
    in_doubt=("activity",),
    orders=(Order("started_at", "ended_at", strict=True),),
    clock="enrollment_id",
    large=True,
)

INTERACTIONS = Table(
    "interactions",
    "one attempt to communicate",
    (
        _id("interaction_id", "The attempt.", required=True),
        _id("enrollment_id", "For which episode.", required=True),
        _id("performer_id", "Who tried."),
        _choice(
            "channel",
            "By what means.",
            required=True,
            choices=(
                "phone",
                "video",
                "in_person",
                "secure_message",
                "sms",
                "voicemail",
                "automated",
            ),
        ),
        _instant("started_at", "Start.", required=True),
        _instant("ended_at", "End."),
        _choice("reached", "Who was reached.", choices=("patient", "caregiver", "nobody")),
        _id("call_record_id", "The record of the call."),
    ),
    key=("interaction_id",),
    orders=(Order("started_at", "ended_at"),),
    clock="enrollment_id",
)

SIGN_OFFS = Table(
    "sign_offs",
    "the billing practitioner's attestation",
    (
        _id("sign_off_id", "The attestation.", required=True),
        _id("enrollment_id", "For which episode.", required=True),
        _date("period_start", "First day attested.", required=True),
        _date("period_end", "Last day attested.", required=True),
        _id("performer_id", "Who attested.", required=True),
        _instant("signed_at", "When.", required=True),
        _text("evidence_digest", "Digest of what was attested; blank pins nothing."),
    ),
    key=("sign_off_id",),
    orders=(Order("period_start", "period_end"),),
    clock="enrollment_id",
)

OTHER_SERVICES = Table(
    "other_services",
    "what others, or other programs, report",
    (
        _id("service_id", "The service.", required=True),
        _id("patient_id", "For whom.", required=True),
        _text("code", "The code reported.", required=True),
        _date("from_date", "First day.", required=True),
        _date("to_date", "Last day; blank: one day."),
        _text("billing_npi", "NPI of who bills; blank: nobody knows whose it is."),
        _id("performer_id", "Who performed it."),
        _choice("status", "How far it got.", choices=("planned", "billed", "paid", "denied")),
        _text("source", "Where this is known from."),
    ),
    key=("service_id",),
    on_conflict="keep",
    orders=(Order("from_date", "to_date"),),
)

STAYS = Table(
    "stays",
    "where monitoring pauses or stops",
    (
        _id("stay_id", "The stay.", required=True),
        _id("patient_id", "Who stays.", required=True),
        _choice(
            "kind",
            "What kind.",
            required=True,
            choices=("inpatient", "snf", "hospice", "global_surgery", "access_model"),
        ),
        _date("from_date", "First day.", required=True),
        _date("to_date", "Last day; blank: not ended."),
        _id(
            "performer_id",
            "The surgeon of the global period, or the participant of the ACCESS model.",
        ),
        _boolean("related", "Global period: whether it is the same problem."),
    ),
    key=("stay_id",),
    on_conflict="keep",
    orders=(Order("from_date", "to_date"),),
)

COVERAGES = Table(
    "coverages",
    "who pays",
    (
        _id("coverage_id", "The coverage.", required=True),
        _id("patient_id", "Who is covered.", required=True),
        _id("payer_id", "Who pays.", required=True),
        _choice(
            "kind",
            "What kind of payer.",
            choices=("medicare_ffs", "medicare_advantage", "medicaid", "commercial"),
        ),
        _date("from_date", "First day."),
        _date("to_date", "Last day; blank: not ended."),
        _text("member_id", "Number of the person with the payer."),
    ),
    key=("coverage_id",),
    orders=(Order("from_date", "to_date"),),
)

TABLES: tuple[Table, ...] = (
    PATIENTS,
    PERFORMERS,
    PRACTICES,
    ENROLLMENTS,
    DEVICES,
    ASSIGNMENTS,
    READINGS,
    CONSENTS,
    TIME_ENTRIES,
    INTERACTIONS,
    SIGN_OFFS,
    OTHER_SERVICES,
    STAYS,
    COVERAGES,
)

TABLE: dict[str, Table] = {table.name: table for table in TABLES}
"""The same, by name."""
