"""Why a reading, a piece of work or a call does not count: the words, and what would cure it.

The facts mark each with a short token, as refused (it never counts) or unsettled (somebody must
settle it first); this is the one table of what the tokens mean.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """What is said of something that does not count, and its cure; no cure where none is needed."""

    words: str
    cure: str = ""


REASONS: dict[str, Reason] = {
    # Any evidence
    "not_yet_known": Reason(
        "arrived or was entered after the day asked about", "Ask as of a later day."
    ),
    "no_consent": Reason(
        "without consent at that time", "File the consent if it was given and not recorded."
    ),
    "before_consent": Reason(
        "before consent was given", "File the earlier consent if there was one."
    ),
    "after_revocation": Reason("after consent was withdrawn"),
    "after_death": Reason("after the patient's death", "Check the device, and the date of death."),
    "after_end": Reason(
        "after the last day of the episode", "Check the day on which the enrollment ended."
    ),
    "before_start": Reason(
        "before the first day of the monitoring", "Check the day of set-up, and the anchor."
    ),
    "inpatient_or_snf": Reason(
        "during a hospital or nursing facility stay", "Check the dates of the stay."
    ),
    # Readings
    "superseded": Reason("replaced by a correction of the same reading"),
    "no_value": Reason(
        "a message without a value", "Ask the vendor for the value if one was measured."
    ),
    "test": Reason("a test message of the vendor"),
    "manual": Reason("typed in by hand; only what the device sends by itself counts"),
    "not_a_medical_device": Reason(
        "from a device that is no medical device", "Give the patient a device with an FDA basis."
    ),
    "other_monitoring": Reason(
        "from a device that does not measure what this program watches",
        "Nothing to mend if that is so; else correct the kind of the device.",
    ),
    "therapy_unknown": Reason(
        "from a device of which nothing says that it follows the therapy",
        "If it follows the therapy, enter as its kind respiratory, musculoskeletal or "
        "cognitive_behavioral.",
    ),
    "device_not_assigned": Reason(
        "from a device that nobody had that day",
        "Record the assignment if the patient had the device.",
    ),
    "another_patient_named": Reason(
        "names one patient while the device was another's",
        "Settle who measured: correct the reading or the assignment.",
    ),
    "device_with_two_patients": Reason(
        "from a device assigned to two patients that day",
        "End one of the two assignments on its real last day.",
    ),
    "ambiguous_person": Reason(
        "somebody else may have been measured", "Ask the patient, and settle whose reading it is."
    ),
    "contradicting_versions": Reason(
        "one of several versions received at the same moment, which count differently",
        "Ask the vendor which one holds, and have it sent again.",
    ),
    "entry_unknown": Reason(
        "nobody recorded whether it came by itself or by hand",
        "Ask the vendor how the reading was entered.",
    ),
    "received_before": Reason(
        "received on a day before the one on which it is said to be measured",
        "Ask the vendor when it was measured, and have it sent again.",
    ),
    "device_basis_unknown": Reason(
        "from a device whose FDA basis is not on file", "Record the basis and its number."
    ),
    # Work
    "activity_not_named": Reason(
        "what was done is not named, or not in a known word", "Name the activity of the entry."
    ),
    "performer_unknown": Reason(
        "who did it is not on file", "Record the performer and the role they work in."
    ),
    "performer_elsewhere": Reason(
        "by somebody of another practice, who may not be of the biller's team",
        "Record the performer's practice, or that they are contracted.",
    ),
    "role_does_not_count": Reason("done by somebody whose time does not count to this program"),
    "same_day_visit": Reason("by the practitioner on a day with an own visit of the patient"),
    "visit_by_somebody": Reason(
        "on a day with a visit of which nobody recorded who made it, or whether it was billed",
        "Record the performer of the visit, and whether it was billed.",
    ),
    "setup_education": Reason("setting up and teaching, which is 99453 and not management"),
    "scheduling": Reason("scheduling is not management"),
    "device_logistics": Reason("shipping and fixing devices is not management"),
    "attempt": Reason("an attempt at which nobody answered"),
    "automated": Reason("done by a machine and not by somebody of the team"),
    "contested_by_patient": Reason(
        "claimed by two programs of the patient; it counts for neither",
        "Settle in the time log to which program it belongs.",
    ),
    "contested_by_performer": Reason(
        "claimed by one performer for two patients at once; it counts for neither",
        "Settle in the time log to which patient it belongs.",
    ),
    # Calls
    "secure_message": Reason("a message is not a live conversation"),
    "sms": Reason("a text message is not a live conversation"),
    "voicemail": Reason("a voicemail is not a conversation"),
    "nobody_reached": Reason("nobody was reached"),
    "reached_unknown": Reason(
        "whom the call reached is not recorded", "Record whether the patient or a caregiver spoke."
    ),
}


def reason(token: str) -> Reason:
    """Give the words of a token of the facts; the table is complete, which a test holds."""
    return REASONS[token]
