"""What a member beside a reading says by its word: deleted, a test, typed, or something in doubt.

A word is read by its parts, however a program joins them: `reading.deleted`, `ManualReading` and
`test mode` say what `deleted`, `manual` and `test` say. Parts that are said of any reading say
nothing of this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Raw

from proofline.intake.measurements.fields import UNREADABLE
from proofline.intake.measurements.typed_words import (
    note_says_control,
    note_says_typed,
    says_typed,
)

Mark = Literal["", "deleted", "test", "typed", "doubtful"]
"""What one member says of its reading; `doubtful` is how it was entered, blank is nothing."""

LARGEST = 64 * 1024
"""Bytes of one member that is looked into; nobody reads a larger one."""
_LONGEST = 200  # bytes of a word that is looked at
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{0,9})?", re.ASCII)
_FIRST_SECOND = 10**8  # a larger number is a time in seconds or milliseconds, not a count
_NO_DAY = re.compile(r"0000-|0001-|1970-01-01")


def _words(told: str) -> frozenset[str]:
    return frozenset(told.split())


_BLANK = _words("null none nil n_a na undefined") | {""}
_NEVER = _BLANK | _words("false no n f 0 0_0 off")
_ALWAYS = _words("true yes y t 1 1_0 on")
_DENIED = _words("not non no never")
_OF_ANY = _words(
    "reading readings measurement measurements message event webhook data mode entry entered input "
    "created create updated new record status state flag upload uploaded added value values result "
    "type by in from of the a is was soft marked as method"
)
_DELETED = _words(
    "deleted delete void voided removed remove cancelled canceled retracted withdrawn revoked "
    "invalid invalidated rejected discarded"
)
_IN_ERROR = _words("entered_in_error entered_by_mistake")
_TEST = _words(
    "test testing demo dummy sandbox simulated simulation simulator staging uat dev development qa"
)
_CONTROL = _words("control controlsolution qualitycontrol controlliquid controltest")
"""Words for a meter's own test, joined: in one word or two they say the same."""
_TYPED = _words("manual manually typed keyed keyboard")
_SELF = _words(
    "by_hand self_reported self_entered self_report user_entered patient_entered patient_reported "
    "entered_by_patient entered_by_user"
)
_SOMEBODY = _words(
    "hand user patient self human person caregiver staff nurse clinician provider form survey"
)
_MEASURED = _words(
    "automatic automatically automated auto device sensor sensed meter monitor scale cuff hub "
    "gateway bluetooth ble le cellular cell lte wifi 4g 5g gsm hardware instrument measured system "
    "blood pressure oximeter thermometer glucometer"
)
_WHERE_PEOPLE_TYPE = _words(
    "app portal web website page dashboard form chart ehr emr call telephone webapp webportal "
    "mobileapp"
)
_NOT_FINAL = _words("preliminary partial pending unverified unconfirmed")


def _word(sent: Raw) -> str:
    """Give what a member holds as small words joined by underscores; blank for null."""
    raw = bytes(sent)
    told = raw[:_LONGEST].decode("utf-8", "replace")
    if raw[:1] == b'"' and len(raw) <= _LONGEST:
        try:
            told = msgspec.json.decode(raw, type=str)
        except UNREADABLE:
            told = told.strip('"')
    elif told == "null":
        return ""
    return "_".join(_APART.split(_CAMEL.sub(" ", told).lower())).strip("_")


def _is_a_word(sent: Raw) -> bool:
    return bytes(sent)[:1] == b'"'


def of_word(sent: Raw) -> Mark:
    """Give what a word says by itself, under whatever name it stands."""
    return _of_words(_word(sent))


def _of_words(word: str) -> Mark:
    parts = frozenset(word.split("_"))
    if parts & _DENIED:
        return ""
    own = parts - _OF_ANY
    if word in _IN_ERROR or (own and own <= _DELETED):
        return "deleted"
    if _is_control(word) or (own and own <= _TEST):
        return "test"
    by_hand = word in _SELF or not parts.isdisjoint(_TYPED)
    return "typed" if by_hand or says_typed(word) else ""


def _is_control(word: str) -> bool:
    return word.replace("_", "") in _CONTROL


def _is_measured(word: str) -> bool:
    parts = frozenset(word.split("_"))
    own = parts - _OF_ANY - _DENIED
    return bool(own) and own <= (_TYPED if parts & _DENIED else _MEASURED)


def _is_typed(sent: Raw) -> Mark:
    word = _word(sent)
    if word in _NEVER or _is_measured(word):
        return ""
    return "typed" if word in _ALWAYS or word in _SOMEBODY else _of_words(word) or "doubtful"


def _is_automatic(sent: Raw) -> Mark:
    word = _word(sent)
    if word in _BLANK or word in _ALWAYS or _is_measured(word):
        return ""
    return _of_words(word) or "doubtful"


def _how(sent: Raw) -> Mark:
    word = _word(sent)
    if word in _BLANK or _is_measured(word):
        return ""
    return "typed" if word in _SOMEBODY else _of_words(word) or "doubtful"


def _whence(sent: Raw) -> Mark:
    """Where a reading came from: the name of a cloud or a maker says nothing of how it came."""
    if not _is_a_word(sent):
        return ""
    word = _word(sent)
    if word in _SOMEBODY:
        return "typed"
    people = not _WHERE_PEOPLE_TYPE.isdisjoint(word.split("_"))
    return _of_words(word) or ("doubtful" if people else "")


def _is_test(sent: Raw) -> Mark:
    word = _word(sent)
    return "test" if word in _ALWAYS else _of_words(word)


def _of_sample(sent: Raw) -> Mark:
    """Say it of where a drop of blood came from: a meter's control solution is nobody's."""
    return "test" if _is_control(_word(sent)) else ""


def _is_deleted(sent: Raw) -> Mark:
    """Say it of `is_deleted`, or `deleted_at`: any day but the first that a program knows."""
    word = _word(sent)
    if word in _NEVER or bytes(sent)[:1] in b"[{" or _NO_DAY.match(_said(sent)):
        return ""
    if _NUMBER.fullmatch(_said(sent)):
        at = float(_said(sent))
        return "deleted" if at == 1 or at >= _FIRST_SECOND else ""
    return "deleted"


def _deleted(sent: Raw) -> Mark:
    """Say it of `deleted`, which may as well be how many were, or which."""
    if not _NUMBER.fullmatch(_said(sent)):
        return _is_deleted(sent)
    at = float(_said(sent))
    return "deleted" if at >= _FIRST_SECOND else "doubtful" if at == 1 else ""


def _said(sent: Raw) -> str:
    return bytes(sent)[:_LONGEST].decode("utf-8", "replace").strip('"')


def _is_valid(sent: Raw) -> Mark:
    word = _word(sent)
    if word in _BLANK:
        return ""
    return "deleted" if word in _NEVER else _of_words(word)


def _state(sent: Raw) -> Mark:
    word = _word(sent)
    return _of_words(word) or ("doubtful" if word in _NOT_FINAL else "")


def of_state(word: str) -> Mark:
    """Give what a state says that a source reads in part, and whose word it does not know."""
    return _state(Raw(msgspec.json.encode(word)))


def _note(sent: Raw) -> Mark:
    if len(bytes(sent)) > LARGEST:
        return "doubtful"
    if note_says_typed(sent):
        return "typed"
    return "test" if note_says_control(sent) else ""


NAMES: dict[Callable[[Raw], Mark], str] = {
    _is_typed: (
        "manual is_manual manual_entry is_manual_entry manually manually_entered manual_flag "
        "is_manually_entered manual_input is_manual_input manual_reading is_manual_reading "
        "manual_measurement entered_manually added_manually user_entered is_user_entered "
        "was_user_entered HKWasUserEntered patient_entered is_patient_entered entered_by_patient "
        "self_entered self_reported is_self_reported patient_reported is_patient_reported "
        "hand_entered is_hand_entered typed is_typed typed_in keyed user_input"
    ),
    _is_automatic: "automatic is_automatic is_auto from_device is_from_device",
    _how: (
        "entry_type entry_method entry_mode entry_source input_type input_method input_mode "
        "input_source capture_method capture_mode collection_method acquisition_method "
        "acquisition_type acquisition_mode recording_method entered_by typed_by"
    ),
    _whence: (
        "source source_type data_source data_source_type reading_source measurement_source origin "
        "modality entry input"
    ),
    _is_test: (
        "test is_test test_data is_test_data test_reading is_test_reading test_mode test_message "
        "test_flag dummy is_dummy dummy_data demo is_demo demo_data sandbox is_sandbox simulated "
        "is_simulated simulation control is_control control_solution is_control_solution"
    ),
    _of_sample: (
        "measurement_location sample_location test_location sample sample_type specimen "
        "specimen_type blood_sample_type"
    ),
    _is_deleted: (
        "is_deleted was_deleted deleted_at deleted_on deleted_by deleted_date deletion_date "
        "date_deleted is_removed removed_at is_void is_voided voided_at is_cancelled cancelled_at "
        "is_canceled canceled_at is_retracted is_withdrawn is_invalid is_rejected "
        "is_entered_in_error is_error"
    ),
    _deleted: (
        "deleted removed void voided cancelled canceled retracted withdrawn invalid invalidated "
        "rejected entered_in_error"
    ),
    _is_valid: "valid is_valid",
    _state: (
        "status state record_status record_state reading_status reading_state measurement_status "
        "measurement_state entry_status result_status action event event_type operation "
        "change_type mode environment env type kind method measurement_method"
    ),
    _note: "note notes comment comments remark remarks user_note user_notes patient_note",
}
"""What a member's value is held against, and its names as they are written with underscores."""
