"""Every trouble that a source can cause, with its reason and its cure, in one table.

`{}` takes one safe word: a field, a code, a count. Never a value, a name, a date or free text.
"""

from __future__ import annotations

from proofline.intake.report import Kind, Place, Trouble

_LONGEST_DETAIL = 120
_SENDER = "Ask the sender to {} and take it in again."
_NONE_NEEDED = "Nothing to do."
_SEND_AGAIN = "Fetch or export it again; nothing of this part was taken in."

# code -> kind, reason, cure
WORDS: dict[str, tuple[Kind, str, str]] = {
    # the payload
    "empty": ("refused", "There is nothing in it.", _SEND_AGAIN),
    "not_text": (
        "refused",
        "It is not text in UTF-8, nor in UTF-16 with a byte order mark.",
        "Save it as UTF-8.",
    ),
    "nul": (
        "refused",
        "It holds NUL characters: it is UTF-16 or UTF-32 that does not say so, or no text at all.",
        "Save it as UTF-8, or as UTF-16 with a byte order mark.",
    ),
    "too_long": ("refused", "One line or message of it is longer than 4 MiB.", _SEND_AGAIN),
    "too_many": ("refused", "It has more than {}, which no device sends.", _SEND_AGAIN),
    "too_large": (
        "refused",
        "It is one document of more than {} MB, which would have to be held in memory whole.",
        "Send it as NDJSON, one document a line, or split it.",
    ),
    "too_deep": ("refused", "It is nested too deeply to be a message of a device.", _SEND_AGAIN),
    "not_json": ("refused", "It is not JSON: {}.", _SEND_AGAIN),
    "packed": (
        "refused",
        "What is packed in it is not taken out: {}.",
        "Unpack it yourself, look at what it is, and take that in.",
    ),
    "not_as_documented": (
        "refused",
        "It is not as this source documents its messages: {}.",
        _SENDER.format("send what its documentation says"),
    ),
    "vendor_error": (
        "refused",
        "It is the vendor's answer that the request failed (status {}); it holds no readings.",
        "Mend the request, most often its access token, and fetch it again.",
    ),
    "more_pages": (
        "note",
        "It is one page of several; what the others hold is not here.",
        "Fetch the other pages and take them in too; their order does not matter.",
    ),
    "cut_short": (
        "note",
        "It says that it holds {} readings, which are more than are there.",
        "Fetch it again; days that are in no payload cannot count.",
    ),
    "nothing_there": (
        "note",
        "The list is empty: the vendor has nothing of the time that was asked for.",
        _NONE_NEEDED,
    ),
    "missing": (
        "refused",
        "The field is missing or blank, and without it this is no reading.",
        _SENDER.format("send the field"),
    ),
    "columns": (
        "refused",
        "The file has no column {}.",
        "Export it again with all columns; names are compared without regard to case.",
    ),
    "no_header": (
        "refused",
        "None of its first rows is a header that is known. Expected are the columns {}.",
        (
            "Export it again whole, best with the account's language set to English; do not pass "
            "it through a spreadsheet."
        ),
    ),
    "event_not_known": (
        "refused",
        (
            "Rows with a value, but under a word of which nobody knows whether the sensor measured "
            "it: {}. EGV (English), EGW (German) and Niveles estimados de glucosa (Spanish) are."
        ),
        "Set the account's language to English and export it again.",
    ),
    "row_width": (
        "refused",
        "The row has {}; something in it is cut off or not quoted.",
        "Export it again; do not pass it through a spreadsheet.",
    ),
    "csv_broken": (
        "refused",
        "From here on it is no CSV: {}. The rows before it were read.",
        "Export it again; do not pass it through a spreadsheet.",
    ),
    "csv_large": (
        "refused",
        "It has more than {}; what follows was not read.",
        "Split it, and repeat the header in each part.",
    ),
    # messages of HL7 v2
    "no_message": ("refused", "What stands here belongs to no HL7 v2 message.", _SEND_AGAIN),
    "delimiters": (
        "refused",
        "MSH-1 and MSH-2 name no delimiters that can separate anything.",
        _SENDER.format("send the usual ones, |^~\\&"),
    ),
    "framing": (
        "refused",
        "It begins as MLLP frames messages and does not go on so; the rest was not read.",
        _SEND_AGAIN,
    ),
    "control": (
        "refused",
        "A message holds control characters that no message has.",
        _SENDER.format("escape or leave them out"),
    ),
    "charset": (
        "refused",
        "Its characters are not those of a set that is taken: {}.",
        _SENDER.format("name in MSH-18 the set it uses, best UNICODE UTF-8"),
    ),
    "version": (
        "refused",
        "It is of HL7 version {}; 2.3 to 2.8 are taken.",
        _SENDER.format("send one of those"),
    ),
    "other_message": (
        "not_mapped",
        "It is a message of type {}; readings come in ORU^R01 only.",
        _NONE_NEEDED,
    ),
    "no_rows": (
        "note",
        "The message has no OBX segment, so it tells of no observation.",
        "Ask the sender whether that is meant; segments have names of three capital letters.",
    ),
    "batch_count": (
        "note",
        "The batch says another number of messages than the {} that are in it.",
        "Ask the sender whether messages were lost.",
    ),
    "batch_cut": (
        "note",
        "The batch has no end, so messages may be missing; those that are there were read.",
        "Ask the sender whether messages were lost.",
    ),
    "withdrawn": (
        "note",
        "The sender withdraws it (status {}): it has no value now, and none that came before it.",
        _NONE_NEEDED,
    ),
    "preliminary": (
        "note",
        (
            "Its sender calls it preliminary (status {}): how it was entered stays unknown, and it "
            "counts only once the final result is in or a person settles it."
        ),
        "Take the final result in when it comes.",
    ),
    "marked_deleted": (
        "note",
        (
            "Its sender says beside it that it is deleted, void or invalid ({}), which nobody "
            "documents: it came in without a value and never counts."
        ),
        "If it holds after all, ask the sender to send it again without that word.",
    ),
    "repeated": (
        "refused",
        "The value stands there more than once, and nothing says which is meant.",
        _SENDER.format("send one value in each OBX"),
    ),
    # what is no reading
    "not_a_reading": ("not_mapped", "It is no measurement of the patient: {}.", _NONE_NEEDED),
    "metric_not_known": (
        "not_mapped",
        "{} is not among the measurements that Proofline takes.",
        "If it must be evidence, add the row by hand or ask for the source to be extended.",
    ),
    "goal": ("not_mapped", "It is a goal, not a measurement.", _NONE_NEEDED),
    "notification": (
        "waiting",
        "It only says that there is something new ({}) and carries no reading.",
        "Fetch the measurements of the time that it names from the vendor and take them in.",
    ),
    # time
    "day_only": (
        "waiting",
        "It says the day but not the time, so the local day is not proven.",
        _SENDER.format("send date and time"),
    ),
    "bad_time": (
        "refused",
        "The time is not one that the calendar has, or not in the form documented.",
        _SENDER.format("mend the time"),
    ),
    "bad_received": (
        "note",
        "The time of receipt cannot be read; the reading came in without it.",
        _SENDER.format("mend that time"),
    ),
    "ambiguous_date": (
        "refused",
        "Day and month cannot be told apart in this file.",
        "Say which it is with --date-order dmy or --date-order mdy.",
    ),
    "date_orders_mixed": (
        "refused",
        "The file writes some days with the month first and others with the day first.",
        "Export it again in one piece, and do not pass it through a spreadsheet.",
    ),
    "date_order_differs": (
        "refused",
        "The days of this file can only be {}, which is not what --date-order says.",
        "Leave --date-order out, or check that this is the right file.",
    ),
    "bad_offset": (
        "refused",
        "The offset from UTC is that of no place on earth, so the day is not known.",
        _SENDER.format("mend the offset"),
    ),
    "offset_unit": (
        "note",
        (
            "The offset is outside -720..840 as minutes or is not a multiple of 15; the instant "
            "stands, the offset was left out."
        ),
        _SENDER.format("say in which unit it sends offsets"),
    ),
    "no_offset": (
        "note",
        "The time carries no offset; it is read on the clock of the patient's zone.",
        _NONE_NEEDED,
    ),
    "which_clock": (
        "note",
        (
            "The time carries no offset, and receipt does not show whether it is the clock of the "
            "offset that is sent beside it or UTC; it was read as the former and marked estimated."
        ),
        _SENDER.format("write the offset into the time"),
    ),
    # values
    "two_kinds": (
        "refused",
        "A second measurement stands beside the one that was read: {}.",
        _SENDER.format("send each by itself"),
    ),
    "bad_number": (
        "refused",
        "It is not a number that a body can have: words, NaN, or too many digits.",
        _SENDER.format("mend the number"),
    ),
    "no_value": ("note", "It carries no value: a heartbeat, which never counts.", _NONE_NEEDED),
    "not_living": (
        "note",
        (
            "No living body has such a value: zero or less, or a device's code for no number. It "
            "came in without a value and never counts."
        ),
        "Have the device looked at if it happens again.",
    ),
    "unlikely": (
        "note",
        "No instrument shows such a value in this unit, or two stand in the wrong order.",
        "Ask the sender whether value, unit and order are right; the day rests on this reading.",
    ),
    "unlikely_unit": (
        "refused",
        "It names no unit, and in the one that its sender is known for no instrument shows this.",
        _SENDER.format("send the unit"),
    ),
    "no_diastolic": ("note", "The pressure has no diastolic value.", _NONE_NEEDED),
    "bound": (
        "note",
        (
            "The device says {}: beyond what it can measure. The number of the limit is kept as "
            "its value; without one there is none."
        ),
        _NONE_NEEDED,
    ),
    "no_system": (
        "refused",
        "The code {} comes without the name of its system (LN, MDC), so it is nobody's code.",
        _SENDER.format("name the system beside each code"),
    ),
    "unit_unknown": (
        "refused",
        "The unit {} is not one of this measurement, so the value says nothing.",
        _SENDER.format("send the unit"),
    ),
    "two_units": (
        "note",
        "The value comes in two units that do not agree; the one in {} was taken.",
        _SENDER.format("mend one of them"),
    ),
    "zero_moved": (
        "note",
        "The scale's zero moved by more than 100 g during the weighing, which the value makes up.",
        "Ask that the scale be put on hard, even floor; exchange it if it happens again.",
    ),
    # whose and how
    "no_device": (
        "note",
        "It names no device; the row's device_id is a stand-in that no device has.",
        _SENDER.format("name the device"),
    ),
    "bad_id": (
        "refused",
        "The id holds characters that no id has, or is longer than 128.",
        _SENDER.format("mend the id"),
    ),
    "whose": (
        "waiting",
        "It names neither a device nor a patient, so nobody knows whose it is.",
        "Take it in by itself, and say whose it is with --patient.",
    ),
    "other_patients_id": (
        "note",
        (
            "The sender's id of the patient is not one of ours; the patient is found through the "
            "assignment of the device."
        ),
        _NONE_NEEDED,
    ),
    "two_patients": (
        "refused",
        "It names another of our patients than the one whose file this was said to be.",
        "Take the file in without --patient, or take this part out of it.",
    ),
    "entry_unknown": (
        "note",
        "The field that says how the value was entered holds {}, which is not known to tell it.",
        "Such readings do not count until somebody settles how they were entered.",
    ),
    "test_unknown": (
        "refused",
        "The field that says whether it is a test holds a word that is not known to tell it.",
        "Write true or false there; if it tells another thing, take it out of the mapping.",
    ),
    "device_twice": (
        "note",
        "Two devices in evidence carry this identifier; the reading went to the first by id.",
        "Settle which of the two is in use, and end the assignment of the other.",
    ),
    "shared": (
        "note",
        "Two groups of values come in turns, as when two people use one scale: {}.",
        "Ask whose the values are; until then its readings count for nobody.",
    ),
}


def trouble(place: Place, code: str, path: str, detail: str = "") -> Trouble:
    """Make the trouble of a code; `detail` fills the gap in its reason."""
    kind, reason, cure = WORDS[code]
    told = reason.format(detail[:_LONGEST_DETAIL] or "(blank)") if "{}" in reason else reason
    return Trouble(place, kind, code, path, told, cure)
