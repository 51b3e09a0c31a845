"""What the operator says of files that do not say it themselves."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

DateOrder = Literal["", "ymd", "dmy", "mdy"]


class Options(Struct, frozen=True):
    """Blank is unknown, and nothing is guessed in its place.

    `date_order` is how a file writes days whose order cannot be told from the file, `mapping` the
    saved column mapping of a CSV file, as TOML.
    """

    date_order: DateOrder = ""
    mapping: str = ""
