"""Which rows of a table of evidence hold, as a condition for questions that count them."""

from __future__ import annotations

from proofline.evidence.provenance import EVERY_TABLE


def holds(table: str, alias: str = "a") -> str:
    """Write the condition that a row is its key's last one and was not withdrawn."""
    contract = EVERY_TABLE[table]
    same = " AND ".join(f'z."{name}" = {alias}."{name}"' for name in contract.key)
    return (
        f"NOT {alias}.withdrawn AND NOT EXISTS (SELECT 1 FROM evidence_{contract.name} AS z"
        f" WHERE z.tenant_id = {alias}.tenant_id AND {same} AND z.row_no > {alias}.row_no)"
    )
