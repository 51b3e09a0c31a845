"""The evidence contract as data: every table, every column, its meaning and what may stand in it.

Everything that reads, checks, stages or documents evidence is derived from `TABLES`. The order of
the tables is the order of staging: a table stands after those that it leans on.
"""

from __future__ import annotations

from proofline.evidence.contract import (
    Order,
    Table,
    boolean_column,
    choice_column,
    date_column,
    id_column,
    instant_column,
    list_column,
    number_column,
    text_column,
)

_PROGRAMS = "RPM RTM CCM PCM BHI APCM"
_ADDRESS = (
    text_column("address_line", "Street and number."),
    text_column("city", "City."),
    text_column("state", "State."),
    text_column("postal_code", "Postal code."),
)

PATIENTS = Table(
    "patients",
    "a person",
    (
        id_column("patient_id", "The person.", required=True),
        text_column(
            "time_zone", "IANA zone in which the person's days are counted.", required=True
        ),
        date_column("birth_date", "Day of birth."),
        text_column("sex", "Sex as the payer knows it."),
        date_column("death_date", "Day of death; nothing counts after it."),
        text_column("family_name", "Family name."),
        text_column("given_name", "Given name."),
        text_column("member_id", "Number of the person with the payer."),
        *_ADDRESS,
        text_column("phone", "Telephone number."),
    ),
    key=("patient_id",),
)

PERFORMERS = Table(
    "performers",
    "someone who works or bills",
    (
        id_column("performer_id", "The person who works or bills.", required=True),
        choice_column(
            "role",
            "physician npp clinical_staff auxiliary therapist",
            "In what capacity the person works.",
            required=True,
        ),
        text_column("name", "Name."),
        text_column("npi", "National Provider Identifier."),
        id_column("practice_id", "The practice the person works or bills for."),
        boolean_column(
            "bills_em", "Whether the person may bill evaluation and management services."
        ),
        choice_column(
            "employment", "employed contracted", "How the person stands to the practice."
        ),
    ),
    key=("performer_id",),
)

PRACTICES = Table(
    "practices",
    "a billing organisation",
    (
        id_column("practice_id", "The organisation.", required=True),
        text_column("name", "Name."),
        text_column("npi", "National Provider Identifier of the organisation."),
        text_column("tax_id", "Tax number."),
        *_ADDRESS,
        text_column("locality", "MAC and locality, for fees."),
        choice_column(
            "kind",
            "practice rhc fqhc",
            "Practice, rural health clinic or federally qualified health center.",
        ),
        boolean_column(
            "qualifying_apm", "Whether it takes part in a qualifying alternative payment model."
        ),
    ),
    key=("practice_id",),
)

ENROLLMENTS = Table(
    "enrollments",
    "one episode of one program",
    (
        id_column("enrollment_id", "The episode.", required=True),
        id_column("patient_id", "The person enrolled.", required=True),
        choice_column("program", _PROGRAMS, "The program.", required=True),
        id_column("billing_performer_id", "Who bills.", required=True),
        date_column("order_date", "Day of the order."),
        id_column("ordering_performer_id", "Who ordered."),
        choice_column(
            "order_kind",
            "order plan_entry none",
            "Order, entry in the plan of care; none: there is no order.",
        ),
        date_column("setup_date", "Local day on which the device was set up and its use taught."),
        id_column("setup_performer_id", "Who set the device up."),
        list_column("diagnoses", "ICD-10-CM codes, the monitored condition first."),
        date_column("established_on", "Last qualifying visit before the start."),
        id_column("payer_id", "Who pays, where no coverage says so."),
        text_column("place_of_service", "Place of service code."),
        boolean_column("established", "false: there never was a visit."),
        date_column("end_date", "Last day of the episode."),
        text_column("end_reason", "Why it ended."),
        date_column("anchor_date", "Day 1 of the first cycle; blank: the set-up day."),
        boolean_column("covid", "Suspected or confirmed COVID-19, for 2020 to 2023."),
    ),
    key=("enrollment_id",),
)

DEVICES = Table(
    "devices",
    "an instrument",
    (
        id_column("device_id", "The instrument.", required=True),
        text_column(
            "kind",
            "What it measures: blood_pressure, glucose, weight, pulse_oximeter and so on.",
            required=True,
        ),
        text_column("manufacturer", "Maker."),
        text_column("model", "Model."),
        text_column("serial", "Serial number."),
        text_column("udi_di", "Device identifier part of the UDI."),
        choice_column(
            "fda_basis",
            "cleared exempt de_novo eua none",
            "On what ground it is a medical device; none: it is not.",
        ),
        text_column("fda_reference", "K number, De Novo number or product code."),
    ),
    key=("device_id",),
)

ASSIGNMENTS = Table(
    "assignments",
    "a device with a patient",
    (
        id_column("device_id", "The instrument.", required=True),
        id_column("patient_id", "The person who has it.", required=True),
        date_column("from_date", "First local day with the person.", required=True),
        date_column("to_date", "Last local day with the person; blank: still there."),
        choice_column("owner", "practice patient", "Whose property the instrument is."),
    ),
    key=("device_id", "patient_id", "from_date"),
    on_conflict="keep",
    orders=(Order("from_date", "to_date"),),
)

READINGS = Table(
    "readings",
    "one physiologic measurement",
    (
        id_column("reading_id", "The measurement.", required=True),
        id_column("device_id", "The instrument that measured.", required=True),
        id_column(
            "patient_id", "The person measured; blank: found through the assignment of that day."
        ),
        text_column("metric", "LOINC code of what was measured.", required=True),
        number_column("value", "The value; blank: a heartbeat of the device, no measurement."),
        number_column("value_2", "Second value: diastolic of a blood-pressure panel."),
        text_column("unit", "UCUM unit of the values."),
        instant_column("measured_at", "When it was measured.", required=True),
        instant_column("received_at", "When it reached us."),
        choice_column(
            "entry",
            "automatic memory manual unknown",
            "How it came: by itself, from the device's memory later, typed by a person, or nobody knows.",
            required=True,
        ),
        choice_column(
            "time_quality",
            "device estimated local-clock",
            "How far the time of measurement can be trusted.",
        ),
        boolean_column("ambiguous_person", "Whether somebody else may have been measured."),
        boolean_column("test", "Whether it is a test and no measurement."),
        text_column("source", "Where it came from."),
        text_column("source_message_id", "The message that brought it."),
        choice_column("authenticity", "signed pulled file manual", "What vouches for it."),
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
        id_column("consent_id", "The agreement.", required=True),
        id_column("patient_id", "Who agreed.", required=True),
        choice_column("program", _PROGRAMS, "To which program.", required=True),
        text_column("text_version", "Which text was agreed to."),
        text_column("language", "In which language."),
        choice_column("modality", "verbal written electronic", "How."),
        instant_column("given_at", "When the person agreed.", required=True),
        instant_column("captured_at", "When the agreement was recorded."),
        id_column("captured_by", "Who recorded it."),
        boolean_column("cost_share_disclosed", "Whether the cost share was explained."),
        instant_column("revoked_at", "When the person withdrew it."),
    ),
    key=("consent_id",),
    orders=(Order("given_at", "revoked_at"),),
    clock="patient_id",
)

_COUNTED = "review, care_plan, communication, coordination, documentation"
_NEVER = "setup_education, scheduling, device_logistics, attempt (nobody answered), automated"

TIME_ENTRIES = Table(
    "time_entries",
    "one stretch of work",
    (
        id_column("entry_id", "The stretch of work.", required=True),
        id_column("enrollment_id", "For which episode.", required=True),
        id_column("performer_id", "Who worked.", required=True),
        instant_column("started_at", "Start.", required=True),
        instant_column("ended_at", "End.", required=True),
        text_column("activity", f"What was done. Counted: {_COUNTED}. Never counted: {_NEVER}."),
        choice_column("method", "timer typed", "How the time was taken."),
        instant_column("entered_at", "When it was entered."),
        choice_column("supervision", "general direct", "Under which supervision."),
        text_column("note", "What was done, in words."),
    ),
    key=("entry_id",),
    orders=(Order("started_at", "ended_at", strict=True),),
    clock="enrollment_id",
    large=True,
)

INTERACTIONS = Table(
    "interactions",
    "one attempt to communicate",
    (
        id_column("interaction_id", "The attempt.", required=True),
        id_column("enrollment_id", "For which episode.", required=True),
        id_column("performer_id", "Who tried."),
        choice_column(
            "channel",
            "phone video in_person secure_message sms voicemail automated",
            "By what means.",
            required=True,
        ),
        instant_column("started_at", "Start.", required=True),
        instant_column("ended_at", "End."),
        choice_column("reached", "patient caregiver nobody", "Who was reached."),
        id_column("call_record_id", "The record of the call."),
    ),
    key=("interaction_id",),
    orders=(Order("started_at", "ended_at"),),
    clock="enrollment_id",
)

SIGN_OFFS = Table(
    "sign_offs",
    "the billing practitioner's attestation",
    (
        id_column("sign_off_id", "The attestation.", required=True),
        id_column("enrollment_id", "For which episode.", required=True),
        date_column("period_start", "First day attested.", required=True),
        date_column("period_end", "Last day attested.", required=True),
        id_column("performer_id", "Who attested.", required=True),
        instant_column("signed_at", "When.", required=True),
        text_column("evidence_digest", "Digest of what was attested; blank pins nothing."),
    ),
    key=("sign_off_id",),
    orders=(Order("period_start", "period_end"),),
    clock="enrollment_id",
)

OTHER_SERVICES = Table(
    "other_services",
    "what others, or other programs, report",
    (
        id_column("service_id", "The service.", required=True),
        id_column("patient_id", "For whom.", required=True),
        text_column("code", "The code reported.", required=True),
        date_column("from_date", "First day.", required=True),
        date_column("to_date", "Last day; blank: one day."),
        text_column("billing_npi", "NPI of who bills; blank: nobody knows whose it is."),
        id_column("performer_id", "Who performed it."),
        choice_column("status", "planned billed paid denied", "How far it got."),
        text_column("source", "Where this is known from."),
    ),
    key=("service_id",),
    orders=(Order("from_date", "to_date"),),
)

STAYS = Table(
    "stays",
    "where monitoring pauses or stops",
    (
        id_column("stay_id", "The stay.", required=True),
        id_column("patient_id", "Who stays.", required=True),
        choice_column(
            "kind", "inpatient snf hospice global_surgery access_model", "What kind.", required=True
        ),
        date_column("from_date", "First day.", required=True),
        date_column("to_date", "Last day; blank: not ended."),
        id_column(
            "performer_id",
            "The surgeon of the global period, or the participant of the ACCESS model.",
        ),
        boolean_column("related", "Global period: whether it is the same problem."),
    ),
    key=("stay_id",),
    orders=(Order("from_date", "to_date"),),
)

COVERAGES = Table(
    "coverages",
    "who pays",
    (
        id_column("coverage_id", "The coverage.", required=True),
        id_column("patient_id", "Who is covered.", required=True),
        id_column("payer_id", "Who pays.", required=True),
        choice_column(
            "kind", "medicare_ffs medicare_advantage medicaid commercial", "What kind of payer."
        ),
        date_column("from_date", "First day."),
        date_column("to_date", "Last day; blank: not ended."),
        text_column("member_id", "Number of the person with the payer."),
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
