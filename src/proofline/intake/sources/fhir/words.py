"""Every trouble that a FHIR resource can cause, with its reason and its cure, in one table.

`{}` takes one safe word: a code, a column, a count. Never a value, a name, a date or a text.
"""

from __future__ import annotations

from proofline.intake.report import Kind, Place, Trouble, shown

_SENDER = "Ask the sender to {} and take the file in again."


def _ask(what: str) -> str:
    return _SENDER.format(what)


_BROKEN = "Export the file again as FHIR R4 JSON; nothing of this part was taken in."
_NONE_NEEDED = "Nothing to do."

Why = tuple[str, ...]
"""Nothing, or what `trouble` takes after the place: code, path and word."""

# code -> kind, reason, cure
WORDS: dict[str, tuple[Kind, str, str]] = {
    # the file and its parts
    "empty": ("refused", "There is nothing in it.", "Export the file again."),
    "not_utf8": ("refused", "It is not in UTF-8, as FHIR JSON must be.", "Save it as UTF-8."),
    "xml": ("refused", "It looks like XML.", "Export FHIR as JSON; XML is not read."),
    "not_json": ("refused", "It is not JSON: {}.", _BROKEN),
    "not_an_object": ("refused", "It is JSON but no resource: {}.", _BROKEN),
    "too_deep": ("refused", "It is nested too deeply to be a FHIR resource.", _BROKEN),
    "no_resource_type": ("refused", "It has no resourceType, so it is no FHIR resource.", _BROKEN),
    "not_fhir": ("refused", "An element is not as FHIR R4 has it: {}.", _BROKEN),
    "nothing_there": (
        "note",
        "The Bundle has no entries: the sender has nothing of what was asked for.",
        _NONE_NEEDED,
    ),
    "a_list": (
        "refused",
        "It is a list; FHIR sends several resources in a Bundle, or each on a line of its own.",
        "Export them as a Bundle or as NDJSON; nothing of this part was taken in.",
    ),
    "more_pages": (
        "note",
        "It is one page of several; what the others hold is not here.",
        "Fetch the other pages and take them in too; their order does not matter.",
    ),
    "no_resource": (
        "not_mapped",
        "The entry holds no resource (only a response, or a deletion of what is no Observation).",
        "If somebody or something was deleted that evidence rests on, settle it by hand.",
    ),
    "bad_id": ("refused", "Its id is not as FHIR writes ids.", _ask("mend the id")),
    "too_large": (
        "refused",
        "It is one document of more than {} MB, which would have to be held in memory whole.",
        "Export it as bulk NDJSON, one resource a line, or split it.",
    ),
    "too_long": ("refused", "One line of it is longer than {} MiB.", _BROKEN),
    "modifier": (
        "refused",
        "It has a modifierExtension, which may turn its meaning round.",
        _ask("leave it out, or tell us what it means"),
    ),
    "type_without_table": (
        "not_mapped",
        "{}: no table of the evidence is filled from this type.",
        "If the evidence needs what they say, add the rows by hand.",
    ),
    # observations
    "not_a_result": (
        "not_mapped",
        "Its status is {}, so it is no result.",
        "Take it in again when it is final, amended or corrected.",
    ),
    "preliminary": (
        "note",
        (
            "Its sender calls it preliminary (status {}): how it was entered stays unknown, and it "
            "counts only once the final result is in or a person settles it."
        ),
        "Take the final result in when it comes.",
    ),
    "not_measured": (
        "not_mapped",
        "Its device says that this is no measurement: {}.",
        _NONE_NEEDED,
    ),
    "withdrawn": (
        "not_mapped",
        "It was withdrawn (entered-in-error), so its value is no evidence.",
        _NONE_NEEDED,
    ),
    "deleted": (
        "not_mapped",
        "Its sender deleted it, so its value is no evidence.",
        _NONE_NEEDED,
    ),
    "deletes_some": (
        "waiting",
        "It deletes Observations by what they say, not by their id, so it is not known which.",
        _ask("name each by its id, or send the history of each"),
    ),
    "withdraws_unknown": (
        "waiting",
        "It was withdrawn and has no id that lasts, nor does it say what was measured and when.",
        _ask("send the withdrawal with its id, or with what was withdrawn"),
    ),
    "withdraws_one_of": (
        "waiting",
        "It was withdrawn without an id that lasts, and may be any of {} readings; all wait.",
        _ask("send the withdrawal with its id"),
    ),
    "withdrawn_but_there": (
        "waiting",
        (
            "It was withdrawn, but a version with this reading_id that was received later is in "
            "evidence and still counts."
        ),
        "Add a row with the same reading_id, a blank value and a later received_at.",
    ),
    "summary": (
        "not_mapped",
        "It was measured over a day or more: it sums several measurements up and is none itself.",
        _NONE_NEEDED,
    ),
    "of_a_device": (
        "not_mapped",
        "It is about a device (clock, battery, settings), understood, and no reading of a patient.",
        _NONE_NEEDED,
    ),
    "not_of_a_patient": ("not_mapped", "Its subject is no patient.", _NONE_NEEDED),
    "of_another": (
        "not_mapped",
        "It tells of somebody or something else than its subject, such as a child or a donor.",
        _ask("leave focus out if it is the patient's own"),
    ),
    "about_nobody": (
        "waiting",
        "It names neither a patient nor a device.",
        _ask("fill subject and device"),
    ),
    "code_not_known": (
        "not_mapped",
        "{}: no LOINC or MDC code of a reading that Proofline knows.",
        "If it is a monitored measurement, ask the sender to add its LOINC code.",
    ),
    "not_a_reading": (
        "not_mapped",
        "It is {}.",
        "If a device measured it at home, ask the sender for that measurement's own code.",
    ),
    "glucose_unit": (
        "waiting",
        "Glucose without a UCUM unit of mg/dL or mmol/L has no LOINC code.",
        _ask("send the UCUM unit"),
    ),
    "bits": ("not_mapped", "It is a set of status bits, not a measurement.", _NONE_NEEDED),
    "enumeration": ("not_mapped", "Its value is a code, not a measurement.", _NONE_NEEDED),
    "string": ("not_mapped", "Its value is text, not a measurement.", _NONE_NEEDED),
    "text": (
        "refused",
        "Its value is text where this measurement has a number.",
        _ask("send it as valueQuantity with its unit"),
    ),
    "choice": (
        "refused",
        "It has two of {}, and FHIR allows one.",
        _ask("send the one that holds"),
    ),
    "waveform": (
        "not_mapped",
        "It is a waveform (sampled data), which is not one measurement.",
        _NONE_NEEDED,
    ),
    "other_value": (
        "not_mapped",
        "Its value is a {}, which is not one measurement.",
        _NONE_NEEDED,
    ),
    "members_only": (
        "not_mapped",
        "It is a panel whose members are Observations of their own.",
        "Nothing to do here: the members are read by themselves.",
    ),
    "bad_number": (
        "refused",
        "Its value is not a JSON number of a size that a body has.",
        _ask("send it as a number"),
    ),
    "two_units": (
        "refused",
        "Systolic and diastolic are in two units, and a row has one.",
        _ask("send both in one unit"),
    ),
    "no_time": ("waiting", "It does not say when it was measured.", _ask("fill effective[x]")),
    "date_only": (
        "waiting",
        "It says the day but not the time, so the local day is not proven.",
        _ask("send date and time"),
    ),
    "bad_time": (
        "refused",
        "The time is not a FHIR dateTime with an offset, between 1900 and 2199.",
        _ask("mend the time"),
    ),
    "schedule": ("not_mapped", "It was measured on a schedule, not at one time.", _NONE_NEEDED),
    "no_value": (
        "note",
        "It has no value ({}); kept as a row with a blank value, which never counts.",
        _NONE_NEEDED,
    ),
    "not_living": (
        "note",
        (
            "No living body has such a value: zero or less, or a device's code for no number. It "
            "came in without a value and never counts."
        ),
        "Have the device looked at if it happens again.",
    ),
    "codes_disagree": (
        "refused",
        "Its codes name measurements of different kinds of devices, and nothing says which it is.",
        _ask("send codes that mean the same"),
    ),
    "unit_of_another": (
        "refused",
        "The unit {} is that of another measurement, so nobody can say what was measured.",
        _ask("mend code or unit, whichever is wrong,"),
    ),
    "unlikely": (
        "note",
        "No instrument shows such a value in this unit, or two stand in the wrong order.",
        "Ask the sender whether value, unit and order are right; the day rests on this reading.",
    ),
    "no_diastolic": ("note", "The blood pressure has no diastolic part.", _NONE_NEEDED),
    "bound": (
        "note",
        "The value is a bound ({}), beyond what the device measures; its number, if any, was kept.",
        _NONE_NEEDED,
    ),
    "unit": (
        "note",
        "The unit {} is not one that this measurement comes in; the row keeps it.",
        "Check with the sender what was measured.",
    ),
    "bad_received": (
        "note",
        "When it arrived is not a FHIR instant; received_at was left blank.",
        _NONE_NEEDED,
    ),
    "no_system": (
        "note",
        "Parts of the blood pressure name no system of their codes; they were read as LOINC.",
        _ask("name the system of each code"),
    ),
    "component_left_out": (
        "note",
        "The part {} has no column and was left out.",
        _NONE_NEEDED,
    ),
    "device_unknown": (
        "note",
        "Its device is neither in this input nor in evidence, so its days stay unproven.",
        "Take the Device in as well, or add a devices row by hand.",
    ),
    "no_device": (
        "note",
        "It names no device; the row's device_id is a stand-in that no device has.",
        _ask("fill Observation.device"),
    ),
    # devices
    "device_in_error": ("not_mapped", "The device was entered in error.", _NONE_NEEDED),
    "gateway": (
        "not_mapped",
        "It is a gateway, which passes readings on and makes none.",
        _NONE_NEEDED,
    ),
    "device_kind": (
        "waiting",
        (
            "Its type ({}) is no instrument that Proofline knows, and no reading in this input "
            "shows what it measures."
        ),
        "If it is one, add a devices row with its kind by hand.",
    ),
    "device_known": (
        "note",
        (
            "Evidence knows this instrument by its serial number under another device_id; its "
            "readings go there."
        ),
        _NONE_NEEDED,
    ),
    "device_twice": (
        "note",
        "Two devices in evidence carry its serial number; the readings go to the first by id.",
        "Settle which of the two is in use, and end the assignment of the other.",
    ),
    "no_device_id": (
        "waiting",
        "It has no id that would be the same next time, nor an identifier or serial number.",
        _ask("send an identifier"),
    ),
    "fda_basis": (
        "note",
        "FHIR does not say the FDA basis; days of this device stay unproven until it is known.",
        "Fill fda_basis and fda_reference in its devices row.",
    ),
    "assignment": (
        "waiting",
        "It names its patient, but not from when.",
        "Add an assignments row with from_date.",
    ),
    # patients
    "no_time_zone": (
        "waiting",
        "A patient's time zone is not known, and is never guessed from an address.",
        (
            "Take the file in with --time-zone (an IANA name) if all its patients live in one, or "
            "add the patients rows by hand."
        ),
    ),
    "bad_time_zone": (
        "waiting",
        "The timezone extension does not hold an IANA time zone.",
        _ask("send one such as America/Chicago"),
    ),
    "no_patient_id": (
        "waiting",
        "The patient has no id that would be the same next time, nor an identifier.",
        _ask("send an identifier"),
    ),
    "birth_date": ("note", "birthDate is not a full date; left blank.", _NONE_NEEDED),
    "death_date": (
        "note",
        "The patient has died, but the day is not said; death_date is blank.",
        "Fill death_date: nothing is billed after it.",
    ),
    # consents
    "consent_status": (
        "not_mapped",
        "Its status is {}: it is no agreement in force.",
        _NONE_NEEDED,
    ),
    "consent_ended": (
        "waiting",
        "It is inactive, but does not say when it ended.",
        "Add the consents row by hand, with revoked_at.",
    ),
    "consent_denies": ("not_mapped", "It denies; it is no agreement.", _NONE_NEEDED),
    "consent_scope": (
        "not_mapped",
        "Its scope is {}, which is no agreement to be monitored.",
        _NONE_NEEDED,
    ),
    "consent_program": (
        "waiting",
        "It does not say to which program the patient agreed.",
        "Take the file in with --program if all its consents are to one program.",
    ),
    "consent_programs": (
        "waiting",
        "It agrees to several programs at once ({}), and a row is for one.",
        "Add one consents row for each by hand.",
    ),
    "consent_begins": (
        "waiting",
        "It holds only from a later time than that at which it was given.",
        "Add the consents row by hand, with the time from which it holds as its given_at.",
    ),
    "consent_order": ("refused", "It ends before it begins.", _ask("mend the dates")),
    "no_consent_time": (
        "waiting",
        "It does not say when the patient agreed.",
        _ask("fill Consent.dateTime"),
    ),
    "consent_patient": ("waiting", "It names no patient.", _ask("fill Consent.patient")),
    "consent_end_day": (
        "waiting",
        "It ends on a day or at a time that is not exact, and revoked_at is an instant.",
        "Add the consents row by hand, with revoked_at.",
    ),
}


def trouble(place: Place, code: str, path: str = "", word: str = "") -> Trouble:
    """Make the trouble of this code; `word` fills the `{}` of its reason."""
    kind, reason, cure = WORDS[code]
    return Trouble(place, kind, code, path, reason.replace("{}", shown(word)), cure)
