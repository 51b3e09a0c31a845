"""The practice's own people: accounts and roles, broken glass, and who saw whom."""

from __future__ import annotations

from proofline.desk.people.accounts import (
    Newcomer,
    add_person,
    disable,
    give_role,
    let_back_in,
    open_practice,
    person_here,
    practices_of,
    take_role,
)
from proofline.desk.people.glass import break_glass, broken, review_glass
from proofline.desk.people.looking import looks_at, looks_of
from proofline.desk.people.operator import let_in_by_operator, let_in_since

__all__ = [
    "Newcomer",
    "add_person",
    "break_glass",
    "broken",
    "disable",
    "give_role",
    "let_back_in",
    "let_in_by_operator",
    "let_in_since",
    "looks_at",
    "looks_of",
    "open_practice",
    "person_here",
    "practices_of",
    "review_glass",
    "take_role",
]
