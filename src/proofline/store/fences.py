"""The fences that the database itself keeps: what is evidence is only added to, tenants are walled.

The text for both databases stands here; migrations run it and the start-up checks compare it.
"""

from __future__ import annotations

from proofline.evidence.provenance import EVERY_TABLE

EVIDENCE = tuple(f"evidence_{name}" for name in EVERY_TABLE)
ADDED_ONLY = (
    *EVIDENCE,
    *(
        "store_decision",
        "store_line",
        "store_look",
        "store_answer",
        "store_event",
        "store_delivery",
    ),
)
"""Tables whose rows are never changed and never removed."""

KEPT = (
    *("store_message", "store_breakglass", "store_membership", "store_threshold"),
    *("store_machine", "store_subscription"),
)
"""Tables whose rows are never removed. Of a message only what became of it may change."""

WALLED = (
    *ADDED_ONLY,
    "store_message",
    "store_breakglass",
    "store_timer",
    "store_threshold",
    "store_alert",
    "store_subscription",
)
"""Tables of which PostgreSQL shows a tenant its own rows only; jobs hold ids of all tenants."""

_AS_IT_CAME = ("tenant_id", "source", "message_id", "received_at", "sha256", "body", "authenticity")

_WORDS = "rows of this table are added, never changed or removed"


def sqlite_fences() -> list[str]:
    """The triggers on SQLite."""
    made = [_sqlite(table, act) for table in ADDED_ONLY for act in ("UPDATE", "DELETE")]
    made += [_sqlite(table, "DELETE") for table in KEPT]
    return [*made, _sqlite("store_message", f"UPDATE OF {', '.join(_AS_IT_CAME)}")]


def _sqlite(table: str, act: str) -> str:
    name = f"{table}_no_{act.partition(' ')[0].lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table}: {_WORDS}'); END"
    )


def postgresql_fences() -> list[str]:
    """The function, the triggers and the walls on PostgreSQL."""
    refuse = (
        "CREATE FUNCTION proofline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '%: {_WORDS}', TG_TABLE_NAME USING ERRCODE = '23514'; END $$"
    )
    made = [
        _postgresql(table, act) for table in ADDED_ONLY for act in ("UPDATE", "DELETE", "TRUNCATE")
    ]
    made += [_postgresql(table, act) for table in KEPT for act in ("DELETE", "TRUNCATE")]
    made.append(_postgresql("store_message", f"UPDATE OF {', '.join(_AS_IT_CAME)}"))
    return [refuse, *made, *(sql for table in WALLED for sql in _wall(table))]


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
