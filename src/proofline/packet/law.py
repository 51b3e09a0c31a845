"""The law as cited on a line: the page that ruled it, its sources, and its policies."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.explain.explanation import source_of
from proofline.packet.packet import Chosen, Cited, Law
from proofline.packs import shelf
from proofline.packs.sources import POLICY, key_and_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.decide.decision import Decision
    from proofline.packs.page import Page


class Ruled(Struct, frozen=True):
    """The law of a line, and our own titles of the page's codes."""

    law: Law
    titles: dict[str, str]


def law_of(decision: Decision) -> Ruled:
    """Give what ruled a decision, with every document that its findings or policies cite."""
    page = _page(decision["pack"])
    cites = (one["cite"] for one in decision["findings"])
    policies = _policies(decision["pack"])
    more = (one.cite for one in policies)
    shown = [cite for cite in dict.fromkeys([*cites, *more]) if cite]
    return Ruled(
        Law(
            page.name,
            page.title,
            page.effective,
            decision["pack_digest"],
            tuple(_cited(cite) for cite in shown if key_and_place(cite)[0] != POLICY),
            policies,
        ),
        {code.code: code.title for code in page.codes.values()},
    )


@cache
def _page(name: str) -> Page:
    pack, _, effective = name.partition("/")
    return shelf.load(pack, date.fromisoformat(effective))


@cache
def _policies(name: str) -> tuple[Chosen, ...]:
    return tuple(_chosen(_page(name)))


def _chosen(page: Page) -> Iterator[Chosen]:
    for one in page.policies.values():
        yield Chosen(one.name, one.choice, one.text, one.cite or "")


@cache
def _cited(cite: str) -> Cited:
    source = source_of(cite)
    assert source is not None, cite
    return Cited(
        cite,
        source.title,
        source.publisher,
        source.date,
        source.url or "",
        source.read,
        source.grade,
    )
