"""The papers that claims are written from: which hold, which are missing, and keeping one."""

from __future__ import annotations

from typing import Literal

import msgspec

from proofline.api.route import Asked, route
from proofline.desk.billing import papers
from proofline.desk.billing.papers import Paper

PaperKind = Literal["charges", "directory", "contracts", "ends", "fees"]
"""Kinds of papers; a test holds them to the desk's."""


class PaperBrought(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper of a kind: its bytes in base64."""

    kind: PaperKind
    file: bytes


class PaperKept(msgspec.Struct, frozen=True):
    """Whether it holds from now on; no if it is the one that held."""

    new: bool


class MissingPaper(msgspec.Struct, frozen=True):
    """A kind of papers without which nothing is drawn."""

    kind: str


@route("GET papers", "read:claims", "papers.see", of=Paper, gives="list")
def list_papers(asked: Asked) -> object:
    """Papers that hold."""
    return papers.held_papers(asked.book, asked.at)


@route("GET papers/missing", "read:claims", "papers.see", of=MissingPaper, gives="list")
def list_missing_papers(asked: Asked) -> object:
    """Papers without which nothing is drawn."""
    return [MissingPaper(kind) for kind in papers.missing(asked.book, asked.at)]


@route("POST papers", "", "papers.keep", of=PaperKept, body=PaperBrought)
def keep_paper(asked: Asked) -> object:
    """Keep a file as the one of its kind that holds from now on."""
    said: PaperBrought = asked.body
    return PaperKept(papers.keep_paper(asked.book, said.kind, said.file, asked.at))


PAPERS = (list_papers, list_missing_papers, keep_paper)
