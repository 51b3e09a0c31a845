"""From the bytes of a page file to a `Page`, or to a `PackError` that names what is wrong."""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING, Any

from proofline.packs import grammar
from proofline.packs.errors import PackError
from proofline.packs.page import (
    Absent,
    Change,
    Code,
    Exclusive,
    Page,
    Policy,
    Requirement,
    Units,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read(path: Path) -> Page:
    """Read one page file; raise `PackError` if it is no TOML or breaks the grammar."""
    content = path.read_bytes()
    file = f"{path.parent.name}/{path.name}"
    raw = parse(content, file)
    first = next(grammar.problems(raw, file), None)
    if first is not None:
        raise PackError("pack.page_broken", f"{file}: {first.key}: {first.message}", first.remedy)
    return _page(raw, fingerprint(content))


def parse(content: bytes, file: str) -> dict[str, Any]:
    """Read the bytes as TOML; raise `PackError` with the line if they are none."""
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        remedy = "Mend the line; the TOML grammar is at https://toml.io."
        raise PackError("pack.not_toml", f"{file}: {trouble}.", remedy) from trouble


def fingerprint(content: bytes) -> str:
    """Name the exact text of a page: "sha256:" and the hash of its bytes."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _page(raw: Mapping[str, Any], digest: str) -> Page:
    return Page(
        pack=raw["pack"],
        title=raw["title"],
        program=raw["program"],
        payer=raw["payer"],
        effective=raw["effective"],
        supersedes=raw.get("supersedes"),
        digest=digest,
        policies={n: _policy(n, e) for n, e in raw.get("policy", {}).items()},
        requirements={n: _requirement(n, e) for n, e in raw.get("requirement", {}).items()},
        codes={n: _code(n, e) for n, e in raw.get("code", {}).items()},
        exclusives={n: _exclusive(n, e) for n, e in raw.get("exclusive", {}).items()},
        absents={n: Absent(code=n, **e) for n, e in raw.get("absent", {}).items()},
        changes=tuple(Change(**entry) for entry in raw.get("change", [])),
        base=raw.get("base"),
        payer_ids=tuple(raw.get("payer_ids", ())),
        announced=raw.get("announced"),
        published=raw.get("published"),
        enforced=raw.get("enforced", True),
    )


def _policy(name: str, entry: Mapping[str, Any]) -> Policy:
    return Policy(
        name=name,
        choice=entry["choice"],
        text=entry["text"],
        cite=entry.get("cite"),
        unsourced=entry.get("unsourced", False),
    )


def _requirement(name: str, entry: Mapping[str, Any]) -> Requirement:
    return Requirement(
        name=name,
        text=entry["text"],
        cure=entry["cure"],
        fact=entry["fact"],
        level=entry["level"],
        cite=entry["cite"],
        min=entry.get("min"),
        max=entry.get("max"),
        is_=entry.get("is"),
        one_of=tuple(entry.get("one_of", ())),
        grade=entry.get("grade"),
    )


def _code(code: str, entry: Mapping[str, Any]) -> Code:
    return Code(
        code=code,
        title=entry["title"],
        period=entry["period"],
        service_date=entry["service_date"],
        requires=tuple(entry["requires"]),
        month_requires=tuple(entry.get("month_requires", ())),
        base=entry.get("base"),
        units=Units(**entry["units"]) if "units" in entry else None,
    )


def _exclusive(name: str, entry: Mapping[str, Any]) -> Exclusive:
    return Exclusive(name=name, codes=tuple(entry["codes"]), text=entry["text"], cite=entry["cite"])
