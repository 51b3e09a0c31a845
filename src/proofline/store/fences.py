"""The fences that the database itself keeps: what is evidence is only added to, tenants are walled.

The text for both databases stands here; migrations run it and the start-up checks compare it.
"""

from __future__ import annotations

from dataclasses import dataclass

from proofline.evidence.provenance import EVERY_TABLE

EVIDENCE = tuple(f"evidence_{name}" for name in EVERY_TABLE)


@dataclass(frozen=True, slots=True)
class Fenced:
    """Tables that one migration fences.

    `added_only`: rows are never changed and never removed. `kept`: rows are never removed.
    `walled`: PostgreSQL shows a tenant its own rows only.
    """

    added_only: tuple[str, ...]
    kept: tuple[str, ...]
    walled: tuple[str, ...]


_ADDED_ONLY = (*EVIDENCE, "store_decision", "store_line", "store_look", "store_answer")

BOOK = Fenced(
    _ADDED_ONLY,
    ("store_message", "store_breakglass", "store_membership", "store_threshold"),
    (
        *_ADDED_ONLY,
        "store_message",
        "store_breakglass",
        "store_timer",
        "store_threshold",
        "store_alert",
    ),
)
"""The book. Jobs hold ids of all tenants. Of a message only what became of it may change."""

PROJECTED = Fenced(
    (),
    (),
    (
        "store_linestanding",
        "store_linestep",
        "store_amendmentrow",
        "store_caserow",
        "store_watched",
    ),
)
"""What is worked out from the logs, which are fenced, and can be made anew from them."""

FORESEEN = Fenced((), (), ("store_foreseen", "store_learned"))
"""The forecast, replaced as days pass."""

TALLIED = Fenced(
    (), (), ("store_lastdecision", "store_tally", "store_refusal", "store_waitinganswer")
)
"""What lists and sums stand on, worked out from decisions and lines."""

TURNING = Fenced((), (), ("store_turning",))
"""The days that turn something, replaced as they come."""

PLACED = Fenced((), (), ("store_placed",))
"""Where outlooks stand in the work list, replaced with them."""

GRANTED = Fenced((), (), ("store_grant",))
"""Tokens by which vendors are asked, replaced as they are renewed."""

OUTSIDE = Fenced(
    ("store_event", "store_delivery"),
    ("store_machine", "store_subscription"),
    ("store_event", "store_delivery", "store_subscription"),
)
"""Other systems: keys are found before it is known for which tenant, so they have no wall."""

EVERY = (BOOK, OUTSIDE, PROJECTED, FORESEEN, TALLIED, TURNING, GRANTED, PLACED)
ADDED_ONLY = tuple(table for one in EVERY for table in one.added_only)
KEPT = tuple(table for one in EVERY for table in one.kept)

_AS_IT_CAME = ("tenant_id", "source", "message_id", "received_at", "sha256", "body", "authenticity")

_WORDS = "rows of this table are added, never changed or removed"


def sqlite_fences(fenced: Fenced) -> list[str]:
    """The triggers on SQLite."""
    made = [_sqlite(table, act) for table in fenced.added_only for act in ("UPDATE", "DELETE")]
    made += [_sqlite(table, "DELETE") for table in fenced.kept]
    if "store_message" in fenced.kept:
        made.append(_sqlite("store_message", f"UPDATE OF {', '.join(_AS_IT_CAME)}"))
    return made


def _sqlite(table: str, act: str) -> str:
    name = f"{table}_no_{act.partition(' ')[0].lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table}: {_WORDS}'); END"
    )


def postgresql_refusal() -> str:
    """The function on PostgreSQL that the triggers call."""
    return (
        "CREATE FUNCTION proofline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '%: {_WORDS}', TG_TABLE_NAME USING ERRCODE = '23514'; END $$"
    )


def postgresql_fences(fenced: Fenced) -> list[str]:
    """The triggers and the walls on PostgreSQL."""
    acts = ("UPDATE", "DELETE", "TRUNCATE")
    made = [_postgresql(table, act) for table in fenced.added_only for act in acts]
    made += [_postgresql(table, act) for table in fenced.kept for act in acts[1:]]
    if "store_message" in fenced.kept:
        made.append(_postgresql("store_message", f"UPDATE OF {', '.join(_AS_IT_CAME)}"))
    return [*made, *(sql for table in fenced.walled for sql in _wall(table))]


def _postgresql(table: str, act: str) -> str:
    name = f"{table}_no_{act.partition(' ')[0].lower()}"
    each = "STATEMENT" if act == "TRUNCATE" else "ROW"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table}"
        f" FOR EACH {each} EXECUTE FUNCTION proofline_refuse()"
    )


def _wall(table: str) -> tuple[str, ...]:
    ours = "tenant_id = current_setting('proofline.tenant', true)"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_wall ON {table} USING ({ours}) WITH CHECK ({ours})",
    )
