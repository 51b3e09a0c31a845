"""Fields that say that a value was typed in, or that it was sensed; FHIR has no one place for it.

What senders write, each by its own guide or converter:

* `method`, `category`, `meta.tag`: a code or words such as "manual entry" or "self-reported"; the
  category `survey` is that of what somebody answered.
* `code`: the name of what was measured, such as "Weight (patient reported)" of a flowsheet, and an
  extension of the code or of one of its codings.
* Open mHealth's modality (`sensed`, `self-reported`) as an extension, which Argonaut Write took
  over, on the Observation or on its `device`. Its name is written in several ways.
* HealthKit's metadata as extensions, `HKWasUserEntered` among them, and others of that kind: true
  or 1. False says nothing: it is also the default of who never asks.
* `derivedFrom` a QuestionnaireResponse (in STU3 `related`), in the message or beyond it: it was
  filled in on a form: see `forms`.
* a `note` (in STU3 `comment`, in DSTU2 `comments`), in plain words.
* HL7's extension `observation-human-transcribed`: read off the device by somebody and typed in.

What a patient's own application supplied (Argonaut's tag, HL7's labels of who asserted it) is not
thereby typed in, but has no more than the patient's word for the device that it names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from proofline.intake.measurements.once import Once
from proofline.intake.measurements.typed_words import (
    LONGEST,
    affirmed,
    noted_control,
    noted_typed,
    says_typed,
)
from proofline.intake.sources.fhir.decoding import elements, read_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TYPED_CODE = re.compile(r"manual(ly)?|typed([ _-]in)?|(self|patient)[ _-]*reported", re.IGNORECASE)
_REPORTED = re.compile(r"(?<![a-z])(self|patient|pt)[ _-]*reported(?![a-z])", re.IGNORECASE)
"""In the name of a measurement; in a note somebody may have reported something else."""
_MANUAL = re.compile(r"(?<![a-z])manual(ly)?(?![a-z])", re.IGNORECASE)
_ASKED = re.compile(
    r"(user|patient|self|manual|manually)[ _-]?(entered|entry|reported|input)"
    r"(?![ _-]?(symptom|pain|comment|note|concern))"
    r"|human[ _-]?transcribed"
    r"|^(.*[#:.])?((entry|value|reading|measurement|observation|record(ing|ed)?|data|input)[ _-]?)?"
    r"(is|was)?[ _-]?(entered[ _-]?)?manual(ly)?([ _-]?(reading|measurement|value))?\s*\??$",
    re.IGNORECASE,
)
_OF_ENTRY = re.compile(
    r"entry|entered|input|typed|keyed|manual|record|report|source|origin|provenance|captur|acqui"
    r"|collect|modality|(?<!inflation )(?<!inflation)method|(?<![a-z])how(?![a-z])"
    r"|(data|value)[ _-]?(mode|type)",
    re.IGNORECASE,
)
"""In a question about how a value came to be; `manual` is an answer to others too."""
_RECORDED = re.compile(r"recording[ _-]?method\s*\??$", re.IGNORECASE)
_BY_HAND_THEN = "3"  # RECORDING_METHOD_MANUAL_ENTRY of Android's Health Connect
_LETTER = re.compile("[a-z]", re.IGNORECASE)
_REPORTED_METHOD = "733985002"  # SNOMED CT: reported, not measured
_SURVEY = "survey"  # of HL7's observation categories
_ENTERED_BY = re.compile(r"(entered|typed|keyed|transcribed)[ _-]?by$", re.IGNORECASE)
_DEVICES = re.compile(
    r"^(device|system|auto(mat\w*)?( upload)?|n/?a|none|false)$|^(.*/)?Device(Metric)?/",
    re.IGNORECASE,
)
_MODALITY = "modality"
_OF_A_VALUE = re.compile(r"(?:(?:extens?t?ion|obs|observation|omh|acquisition)[-_]?)?modality$")
"""How Open mHealth's modality is named where it says `sensed`; an image's tells of no value."""
_ARGONAUT_TAG = "patient-supplied"
_INTEGRITY = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
_FROM_HOME = frozenset({"PATAST", "PATRPT", "SDMAST", "SDMRPT", "PACQAST", "PACQRPT"})
_YES = frozenset({"true", "1", "yes"})
_NO = frozenset(
    {"false", "0", "no", "n", "none", "never", "automatic", "automated", "auto", "sensed"}
)

_NOTHING = frozenset({b"", b"null"})


def typed_in(
    method: bytes, labels: dict[str, bytes], notes: bytes, comments: Iterable[bytes]
) -> str:
    """Name the field that says that somebody typed the value in; blank if none does.

    All are as sent, `labels` being lists of codes by their path and `comments` the notes of
    FHIR STU3 and DSTU2. Errors: Unreadable.
    """
    if method not in _NOTHING and any(
        word == _REPORTED_METHOD or _is_typed(word) or _MANUAL.search(affirmed(word))
        for word in words_of(read_as(method, object))
    ):
        return "method (entered by hand)"
    for path, sent in labels.items():
        if sent and _LABELLED[path, sent]:
            return f"{path} (entered by hand)"
    typed = any(map(noted_typed, _texts(notes, comments)))
    return "note (manually entered)" if typed else ""


def control_noted(notes: bytes, comments: Iterable[bytes]) -> str:
    """Name the field that names a control solution; blank if none does. Errors: Unreadable."""
    named = any(map(noted_control, _texts(notes, comments)))
    return "note (control solution)" if named else ""


def _texts(notes: bytes, comments: Iterable[bytes]) -> list[str]:
    texts = [text_of(one, "text") for one in elements(notes, object, "note")]
    for comment in comments:
        texts += words_of(read_as(comment, object)) if comment not in _NOTHING else ()
    return texts


def extended_by_hand(extensions: bytes) -> str:
    """Name the extension that says that somebody typed the value in; blank if none does.

    Errors: Unreadable.
    """
    if "self-reported" in {word for _, word in _modality(extensions)}:
        return "extension-modality=self-reported"
    asks = any(_asks(one) for one in _extensions(extensions))
    return "extension (entered by hand)" if asks else ""


def sensed(extensions: bytes) -> str:
    """Name the field that says that a device sensed the value; blank if none does."""
    said = _modality(extensions)
    is_sensed = any(word == "sensed" and _OF_A_VALUE.match(name) for name, word in said)
    by_hand = any(word == "self-reported" for _, word in said)
    return "extension-modality=sensed" if is_sensed and not by_hand else ""


def is_supplied_by_patient(tags: bytes, security: bytes) -> bool:
    """Say whether a label says that it came from the patient, or from whoever acts for them."""
    tagged = {text_of(one, "code") for one in elements(tags, object, "meta.tag")}
    asserted = {
        text_of(one, "code")
        for one in elements(security, object, "meta.security")
        if text_of(one, "system") == _INTEGRITY
    }
    return _ARGONAUT_TAG in tagged or not asserted.isdisjoint(_FROM_HOME)


def _modality(extensions: bytes) -> list[tuple[str, str]]:
    """Give what Open mHealth's modality says, word by word with the name that it is sent by."""
    if _MODALITY.encode() not in extensions:
        return []
    named = ((text_of(one, "url").rpartition("/")[2], one) for one in _extensions(extensions))
    return [
        (name, word)
        for name, one in named
        if name.endswith(_MODALITY)
        for word in words_of(_value(one))
    ]


def coded_by_hand(code: bytes) -> bool:
    """Say whether a code, as sent, is by its name that of a value that somebody typed in.

    Errors: Unreadable.
    """
    return code not in _NOTHING and _CODED[code]


def _is_coded(code: bytes) -> bool:
    sent = read_as(code, object, "code")
    words = list(words_of(sent))
    if any(map(_asks, _extensions_within(sent))):
        return True
    return any(says_typed(word) or _REPORTED.search(affirmed(word)) for word in words)


_CODED: Once[bytes, bool] = Once(_is_coded, 1)


def asked_by_hand(code: object, value: object) -> bool:
    """Say whether a coded question with its answer says that a value was typed in.

    Both are as sent: the code, and text, a flag, a number or a code as the answer.
    """
    names, words = list(words_of(code)), list(words_of(value))
    of_entry = any(map(_OF_ENTRY.search, names)) or not any(map(_LETTER.search, names))
    says = _is_typed if of_entry else says_typed
    answers = (value, *words)
    return any(map(says, words)) or any(_answers(name, one) for name in names for one in answers)


def is_denied(value: object) -> bool:
    """Say whether an answer, as sent, is No, to whatever question."""
    words = [str(value)] if isinstance(value, (bool, int, float)) else list(words_of(value))
    return bool(words) and all(one.strip().lower() in _NO for one in words)


def _asks(extension: dict[str, object]) -> bool:
    """Say whether an extension says that a value was typed in."""
    value, name = _value(extension), text_of(extension, "url").rpartition("/")[2]
    if _ENTERED_BY.search(name):
        leads_to = text_of(value, "reference")
        words = [leads_to] if leads_to else words_of(value)
        return any(not _DEVICES.search(word.strip()) for word in words if word)
    return _answers(name, value) or any(map(_is_typed, words_of(value)))


def _answers(name: str, value: object) -> bool:
    """Say whether what is asked under this name is answered so that the value was typed in."""
    if _ASKED.search(name) and str(value).strip().lower() in _YES:
        return True
    return bool(_RECORDED.search(name)) and str(value) == _BY_HAND_THEN


def _is_typed(word: str) -> bool:
    return bool(says_typed(word) or _TYPED_CODE.fullmatch(word.strip()))


def _is_labelled(label: tuple[str, bytes]) -> bool:
    path, sent = label
    words = list(words_of(elements(sent, object, path)))
    return any(word.strip().lower() == _SURVEY or _is_typed(word) for word in words)


_LABELLED: Once[tuple[str, bytes], bool] = Once(_is_labelled, 1)
"""By path and as sent, whether a list of codes says that somebody typed the value in."""


def _extensions(body: bytes) -> Iterator[dict[str, object]]:
    """Give the extensions of an element, and those within them."""
    yield from _extensions_within({"extension": elements(body, object, "extension")})


def _extensions_within(sent: object) -> Iterator[dict[str, object]]:
    """Give the extensions of an element that is sent, of its codings, and those within them."""
    left = [sent]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            found = one.get("extension")
            if isinstance(found, list):
                yield from (extension for extension in found if isinstance(extension, dict))
            left += [found, one.get("coding")]


def _value(extension: dict[str, object]) -> object:
    """Give whatever value[x] an extension has."""
    return next((sent for name, sent in extension.items() if name.startswith("value")), None)


def words_of(sent: object) -> Iterator[str]:
    """Give the codes and texts in something sent, not the addresses of systems."""
    left = [sent]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one[:LONGEST]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            left += [one.get(name) for name in ("code", "display", "text", "coding")]


def text_of(sent: object, name: str) -> str:
    """Give the text of a member, cut where it is long; blank if there is none."""
    found = cast("dict[str, object]", sent).get(name) if isinstance(sent, dict) else ""
    return found[:LONGEST] if isinstance(found, str) else ""
