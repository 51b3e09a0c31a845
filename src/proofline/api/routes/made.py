"""What several routes give: the id of what was made, or only that it is done."""

from __future__ import annotations

import msgspec


class Made(msgspec.Struct, frozen=True):
    """The id of what an act made; blank where it made nothing."""

    id: str


class Done(msgspec.Struct, frozen=True):
    """That an act is done and on record."""

    done: bool = True


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why something is done; it is kept."""

    reason: str
