"""The tables of a ledger in both databases, and the triggers that let them only grow.

    ledger_about       what never changes: origin, tenant, the secret of its pseudonyms
    ledger_head        one row: how many entries, when the last; writers take turns by locking it
    ledger_entry       seq -> entry, leaf; beside it item, nonce and payload, which can be destroyed
    ledger_node        (level, idx) -> hash of a complete subtree; level 0 is ledger_entry.leaf
    ledger_checkpoint  signed heads that were handed out
    ledger_destroyed   seq -> the entry that names the authority to destroy its payload

Triggers stop mistakes and honest programs. Whoever owns the tables can drop them: that is what
checkpoints outside of the database are for.
"""

from __future__ import annotations

import re

from proofline.ledger.kept.connection import Connection, Cursor, Dialect

ENTRY_COLUMNS = {
    "seq": "bigint",
    "entry": "bytea",
    "leaf": "bytea",
    "item": "bytea",
    "nonce": "bytea",
    "payload": "bytea",
}
NODE_COLUMNS = {"level": "integer", "idx": "bigint", "hash": "bytea"}
DESTROYED_COLUMNS = {"seq": "bigint", "by_seq": "bigint"}

TABLES = """
CREATE TABLE ledger_about (name text PRIMARY KEY, value bytea NOT NULL);
CREATE TABLE ledger_head (
    one integer PRIMARY KEY CHECK (one = 1), size bigint NOT NULL, recorded_at text NOT NULL
);
CREATE TABLE ledger_entry (
    seq bigint PRIMARY KEY, entry bytea NOT NULL, leaf bytea NOT NULL,
    item bytea NOT NULL, nonce bytea, payload bytea,
    CHECK ((nonce IS NULL) = (payload IS NULL))
);
CREATE INDEX ledger_entry_item ON ledger_entry (item);
CREATE TABLE ledger_node (
    level integer NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (level, idx)
);
CREATE TABLE ledger_checkpoint (
    size bigint NOT NULL, note text NOT NULL, PRIMARY KEY (size, note)
);
CREATE TABLE ledger_destroyed (seq bigint PRIMARY KEY, by_seq bigint NOT NULL)
"""

ONLY_GROW = ("ledger_about", "ledger_node", "ledger_checkpoint", "ledger_destroyed")
ALL = ("ledger_head", "ledger_entry", *ONLY_GROW)

_REFUSED = "the ledger only grows"
_DESTROYING = """
NEW.seq = OLD.seq AND NEW.entry = OLD.entry AND NEW.leaf = OLD.leaf AND NEW.item = OLD.item
AND NEW.nonce IS NULL AND NEW.payload IS NULL
AND EXISTS (SELECT 1 FROM ledger_destroyed WHERE seq = OLD.seq)
"""
_GROWING = "NEW.size > OLD.size AND NEW.recorded_at >= OLD.recorded_at"


def statements(dialect: Dialect) -> list[str]:
    """Give the statements that make the tables and triggers of a new ledger."""
    if dialect.arrays:
        return [*TABLES.split(";"), *_postgres_functions(), *triggers(dialect).values()]
    # A row number that is the key itself; and nodes lie in the order in which proofs ask for them.
    made = TABLES.replace("seq bigint PRIMARY KEY", "seq INTEGER PRIMARY KEY").replace(
        "bytea", "blob"
    )
    made = made.replace("PRIMARY KEY (level, idx)\n)", "PRIMARY KEY (level, idx)\n) WITHOUT ROWID")
    return [*made.split(";"), *triggers(dialect).values()]


def triggers(dialect: Dialect) -> dict[str, str]:
    """Give each trigger by its name; `verify` looks whether they are as they were made."""
    return _postgres_triggers() if dialect.arrays else _sqlite_triggers()


def exists(cursor: Cursor, dialect: Dialect, table: str = "ledger_about") -> bool:
    """Tell whether the database holds a ledger, by one of its tables."""
    where = (
        "SELECT to_regclass(?) IS NOT NULL"
        if dialect.arrays
        else "SELECT count(*) FROM pragma_table_info(?)"
    )
    return bool(dialect.ask(cursor, where, (table,))[0][0])


def create(connection: Connection, dialect: Dialect, about: dict[str, bytes]) -> None:
    """Make an empty ledger, inside of the caller's transaction."""
    cursor = connection.cursor()
    for statement in statements(dialect):
        cursor.execute(statement)
    dialect.insert(cursor, "ledger_about", {"name": "text", "value": "bytea"}, [*about.items()])
    cursor.execute("INSERT INTO ledger_head (one, size, recorded_at) VALUES (1, 0, '')")


def _sqlite_triggers() -> dict[str, str]:
    """Refuse every change; REPLACE too, which deletes a row without asking a trigger for DELETE."""
    keys = {
        "ledger_about": "name = NEW.name",
        "ledger_checkpoint": "size = NEW.size AND note = NEW.note",
        "ledger_destroyed": "seq = NEW.seq",
        "ledger_entry": "seq = NEW.seq",
        "ledger_head": "one = NEW.one",
        "ledger_node": "level = NEW.level AND idx = NEW.idx",
    }
    when = {"ledger_entry": f"WHEN NOT ({_DESTROYING})", "ledger_head": f"WHEN NOT ({_GROWING})"}
    made = {}
    for table, key in keys.items():
        again = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})"
        for act, condition in [("UPDATE", when.get(table, "")), ("DELETE", ""), ("INSERT", again)]:
            name = f"{table}_{act.lower()}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} {condition}\n"
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )
    return made


def _postgres_bodies() -> dict[str, str]:
    """Write what the triggers of PostgreSQL do, by the names of their functions."""
    refuse = f"RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation'; END"
    return {
        "ledger_refuse": f"BEGIN {refuse}",
        "ledger_refuse_but_destroying": f"BEGIN IF {_DESTROYING} THEN RETURN NEW; END IF; {refuse}",
        "ledger_refuse_but_growing": f"BEGIN IF {_GROWING} THEN RETURN NEW; END IF; {refuse}",
    }


def _postgres_functions() -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        for name, body in _postgres_bodies().items()
    ]


def _postgres_triggers() -> dict[str, str]:
    """Refuse every change, TRUNCATE too."""
    special = {
        "ledger_entry": "ledger_refuse_but_destroying",
        "ledger_head": "ledger_refuse_but_growing",
    }
    made = {}
    for table in ALL:
        updating = special.get(table, "ledger_refuse")
        for act, unit, function in [
            ("UPDATE", "ROW", updating),
            ("DELETE", "ROW", "ledger_refuse"),
            ("TRUNCATE", "STATEMENT", "ledger_refuse"),
        ]:
            name = f"{table}_{act.lower()}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                f"FOR EACH {unit} EXECUTE FUNCTION {function}()"
            )
    return made


def missing_triggers(cursor: Cursor, dialect: Dialect) -> set[str]:
    """Name the triggers that are not there, are switched off or do something else."""
    wanted = triggers(dialect)
    if not dialect.arrays:
        rows = dialect.ask(cursor, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return set(wanted) - {name for name, text in rows if text == wanted.get(name)}
    query = "SELECT proname, prosrc FROM pg_proc WHERE starts_with(proname, 'ledger_')"
    sound = set(_postgres_bodies().items()) <= set(dialect.ask(cursor, query))
    rows = dialect.ask(
        cursor,
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgenabled IN ('O', 'A')",
    )
    there = {name for name, text in rows if re.sub(r" ON \w+\.", " ON ", text) == wanted.get(name)}
    return set(wanted) - there if sound else set(wanted)


def damage(cursor: Cursor, dialect: Dialect) -> list[str]:
    """Ask SQLite what is wrong with its file, indexes too. PostgreSQL has checksums instead."""
    if dialect.arrays:
        return []
    found = [text for (text,) in dialect.ask(cursor, "PRAGMA integrity_check(20)")]
    return [] if found == ["ok"] else found
