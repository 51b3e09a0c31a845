"""The practice's own people: accounts and roles, broken glass, and who saw whom."""

from __future__ import annotations

from proofline.desk.people.accounts import (
    Newcomer,
    add_person,
    disable,
    give_role,
    let_back_in,
    open_practice,
    practices_of,
    take_role,
)
from proofline.desk.people.glass import break_glass, broken, review_glass
from proofline.desk.people.looking import looks_at, looks_of

__all__ = [
    "Newcomer",
    "add_person",
    "break_glass",
    "broken",
    "disable",
    "give_role",
    "let_back_in",
    "looks_at",
    "looks_of",
    "open_practice",
    "practices_of",
    "review_glass",
    "take_role",
]
