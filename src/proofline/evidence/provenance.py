"""The table that says how each reading came here: it lies beside the evidence and decides nothing.

Years later it leads a decision back to the bytes that arrived, and to the field that said so.
"""

from __future__ import annotations

from functools import partial

from proofline.evidence.contract import Column, Table
from proofline.evidence.tables import AUTHENTICITY, TABLE

_id = partial(Column, "id")
_text = partial(Column, "text")
_choice = partial(Column, "choice")
_instant = partial(Column, "instant")
_number = partial(Column, "number")

PROVENANCE = Table(
    "provenance",
    "one arrival of a reading",
    (
        _id("reading_id", "The measurement.", required=True),
        _instant("received_at", "When this version of it reached us."),
        _text("source", "The kind of source that told it."),
        _text("message_id", "The sender's id of the message."),
        _text("payload_sha256", "Digest of the raw bytes, under which they are kept."),
        _text("payload_name", "The name under which they came."),
        _text("payload_place", "Where in them it stood: line, entry or message."),
        _choice("authenticity", "What vouches for it.", choices=AUTHENTICITY),
        _text("device_sent", "The device as the sender names it."),
        _text("patient_sent", "The patient as the sender names them."),
        _text("value_sent", "The value as sent."),
        _text("value_2_sent", "The second value as sent."),
        _text("unit_sent", "The unit as sent; blank: the sender states none."),
        _text("measured_sent", "The time of measurement as sent."),
        _choice(
            "clock",
            "Whose clock told it: the device's, its hub's, the vendor's, the one on the patient's"
            " wall.",
            choices=("device", "gateway", "vendor", "patient", "unknown"),
        ),
        _number("offset_minutes", "The offset from UTC as sent, in minutes east."),
        _text("entry_said", "The field that said how it was entered."),
        _text("ambiguous_said", "The field that said whether it may be somebody else's."),
        _text("test_said", "The field that said whether it is a test."),
    ),
    key=("reading_id", "received_at", "payload_sha256", "payload_place"),
    on_conflict="keep",
    large=True,
)

REMARKS = {
    "entry_said": ("request.method=DELETE", "status=cancelled", "status=entered-in-error"),
    "test_said": ("Device.meta=HTEST", "Patient.meta=HTEST"),
}
"""What an arrival can say that holds for readings yet to come: that one is taken back, or whose are
there for tests only. Arrivals that do are few, and are looked for whenever something arrives."""

EVERY_TABLE: dict[str, Table] = {**TABLE, PROVENANCE.name: PROVENANCE}
"""All that can lie in an evidence folder, by name."""
