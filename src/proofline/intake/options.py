"""What the operator says of files that do not say it themselves."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from proofline.intake.payloads.payload import Authenticity

DateOrder = Literal["", "ymd", "dmy", "mdy"]


class Options(Struct, frozen=True):
    """Blank is unknown, and nothing is guessed in its place.

    `received_at` (RFC 3339) is when the files reached us, where they do not say it themselves,
    `authenticity` what vouches for them, and `patient_id`, an id of ours, whose all of them are.
    `date_order` is how a file writes days whose order cannot be told from the file, `mapping` the
    saved column mapping of a CSV file, as TOML.
    """

    received_at: str = ""
    authenticity: Authenticity = "file"
    patient_id: str = ""
    date_order: DateOrder = ""
    mapping: str = ""
