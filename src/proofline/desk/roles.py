"""Who may do what: read from roles.toml, asked by every act before anything else."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from proofline.errors import ProoflineError
from proofline.store.book import Book


class NotAllowed(ProoflineError):
    """The person's roles do not include this act."""


@cache
def acts() -> dict[str, frozenset[str]]:
    """Give the roles that may do each act, by the act's name."""
    said = tomllib.loads((Path(__file__).parent / "roles.toml").read_text("utf-8"))
    return {name: frozenset(roles) for name, roles in said["acts"].items()}


def permit(book: Book, act: str) -> None:
    """Let an act begin. Errors: NotAllowed if none of the person's roles may do it."""
    if not may(book, act):
        raise not_allowed(act)


def not_allowed(act: str) -> NotAllowed:
    """Give the one refusal of an act that no role of the person includes."""
    return NotAllowed(
        "desk.not_allowed",
        f"Your role does not include this act ({act}).",
        "Ask somebody whose role does, or your administrator for the role.",
    )


def may(book: Book, act: str) -> bool:
    """Whether one of the person's roles may do an act."""
    return not book.roles.isdisjoint(acts()[act])
