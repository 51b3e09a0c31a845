"""Records in a file, one JSON object a line, gzipped: a head, each sheet with its records, a seal.

    {"records": …, "setting": …, "law": …, "texts": …, "columns": …}
    {"facts": …}                  a sheet
    {"record": …}                 the decisions that rest on it; the line is `Record.content`
    {"seal": …}                   how many there are, and the hash of every byte before

A file is named by the hash of its lines: the same run gives the same file under the same name, so
that keeping it twice keeps it once. Beside the files lies the folder `law` with the pages.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from proofline.decide.records import law as kept_law
from proofline.decide.records.canonical import canonical
from proofline.decide.records.law import DIGEST, PAGE, Law, law_on
from proofline.decide.records.record import Record, recorded
from proofline.decide.records.setting import Setting
from proofline.decide.records.sheet import TYPES, Sheet, column_types
from proofline.decide.records.texts import engine_texts
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from proofline.decide.run import Run

FORM = "proofline-records/1"
LAW, SUFFIX = "law", ".records.gz"
TOLD_EACH = 5000
FAST = 1
"""How hard to compress: the same sentences come again and again; the least effort finds them."""
Told: TypeAlias = Callable[[str], None]
ColumnType: TypeAlias = Literal["INTEGER", "BIGINT", "BOOLEAN", "VARCHAR"]


class BadRecords(ProoflineError):
    """A file of records cannot be read, or there is none."""


class _WrittenHead(msgspec.Struct):
    """A head as its line holds it. The file may come from anybody.

    Its names become those of files and its columns a part of SQL, so that nothing else may stand
    there.
    """

    setting: dict[str, str | None]
    law: dict[Annotated[str, Meta(pattern=PAGE)], Annotated[str, Meta(pattern=DIGEST)]]
    texts: dict[str, str]
    columns: dict[Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]*\Z")], ColumnType]


@dataclass(frozen=True, slots=True)
class Head:
    """What all records of a file share; `columns` are the SQL types of its sheets' columns."""

    setting: Setting
    law: Law
    texts: Mapping[str, str]
    columns: Mapping[str, str]

    @property
    def content(self) -> bytes:
        """Write the head as canonical JSON."""
        return canonical(
            {
                "records": FORM,
                "setting": self.setting.written(),
                "law": dict(self.law.files),
                "texts": dict(self.texts),
                "columns": dict(self.columns),
            }
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """What was written: the file and how many records are in it."""

    path: Path
    records: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet as it stands in a file with its records; `contents` are the bytes of their lines."""

    sheet: Sheet
    records: tuple[Record, ...]
    contents: tuple[bytes, ...]


def keep(run: Run, folder: Path, told: Told | None = None) -> Kept:
    """Write every decision of a finished run to a file in a folder, and the law beside it.

    `told` hears how many are written. Memory holds one patient at a time.
    """
    law = law_on(run.asked.law)
    kept_law.keep(law, run.asked.law, folder / LAW)
    head = Head(Setting.of(run.asked), law, engine_texts(), column_types())
    part = folder / f"{head.setting.as_of}-{head.setting.clock}.part"
    try:
        seal = _Seal()
        with part.open("wb") as out, GzipFile("", "wb", FAST, out, 0) as file:
            for line in _lines(run, head, seal, told):
                file.write(line + b"\n")
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    name = f"{head.setting.as_of}-{head.setting.clock}-{seal.hash.hexdigest()[:16]}{SUFFIX}"
    return Kept(part.replace(folder / name), seal.records)


class _Seal:
    """Counts what is written and hashes every byte of it."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self.sheets = self.records = 0

    def over(self, line: bytes) -> bytes:
        """Take a line into the hash and pass it on."""
        self.hash.update(line + b"\n")
        return line

    def content(self) -> bytes:
        """Write the last line of the file."""
        counts = {"sheets": self.sheets, "records": self.records}
        return canonical({"seal": f"sha256:{self.hash.hexdigest()}", **counts})


def _lines(run: Run, head: Head, seal: _Seal, told: Told | None) -> Iterator[bytes]:
    yield seal.over(head.content)
    for sheet, records in recorded(run):
        seal.sheets += 1
        yield seal.over(sheet.content)
        for record in records:
            seal.records += 1
            if told and seal.records % TOLD_EACH == 0:
                told(f"{seal.records:,} records kept")
            yield seal.over(record.content)
    yield seal.content()


def files(place: Path) -> list[Path]:
    """List the files of records in a folder, or the one that is named itself."""
    found = sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else [place]
    if not found:
        message = f"There are no records in {place}."
        raise BadRecords("records.none", message, "Make some: `proofline decide … --keep FOLDER`.")
    return found


def head(path: Path) -> Head:
    """Read the first line of a file; raises `BadRecords` where it is none of records."""
    line = next(_lines_of(path), b"")
    try:
        raw = msgspec.json.decode(line)
        ours = raw["records"] == FORM
        said = msgspec.convert(raw, _WrittenHead) if ours else None
        setting = Setting.read(said.setting) if said else None
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as trouble:
        raise _broken(path, 1, "is no head of a file of records") from trouble
    if said is None or setting is None:
        raise _broken(path, 1, "is of a form that this edition does not know")
    if not TYPES.keys() <= said.columns.keys():
        raise _broken(path, 1, "lacks columns")
    return Head(setting, Law(said.law), said.texts, said.columns)


def broken_seal(path: Path) -> str | None:
    """Say what is wrong with the seal of a file; None when every byte is as it was written."""
    hashed, last = hashlib.sha256(), b""
    for line in _lines_of(path):
        hashed.update(last)
        last = line
    raw = _decoded(last)
    if not isinstance(raw, dict) or "seal" not in raw:
        return "the seal is missing: the file was cut off"
    if raw["seal"] != f"sha256:{hashed.hexdigest()}":
        return "the seal does not hold: bytes of the file were changed"
    return None


def leaves(path: Path) -> Iterator[Leaf]:
    """Yield the sheets of a file with their records, one in memory at a time.

    Raises `BadRecords`, with the line, for what is neither. Digests are not compared here: a replay
    says more of a changed record than that it was changed.
    """
    sheet: Sheet | None = None
    records: list[Record] = []
    contents: list[bytes] = []
    for place, line in enumerate(_lines_of(path), start=1):
        kind, read = _read(path, place, line)
        if kind == "record" and sheet is not None:
            records.append(read)
            contents.append(line.rstrip(b"\n"))
            continue
        if sheet is not None:
            yield Leaf(sheet, tuple(records), tuple(contents))
        sheet = read if kind == "facts" else None
        records, contents = [], []
    if sheet is not None:
        yield Leaf(sheet, tuple(records), tuple(contents))


def _lines_of(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path) as file:
            yield from file
    except (OSError, EOFError, zlib.error) as trouble:
        raise BadRecords(
            "records.unreadable",
            f"{path.name} cannot be read ({type(trouble).__name__}).",
            "Put the file back from a backup.",
        ) from trouble


def _read(path: Path, place: int, line: bytes) -> tuple[str, Any]:
    raw = _decoded(line)
    try:
        if "facts" in raw:
            return "facts", Sheet.read(raw)
        if "record" in raw:
            return "record", Record.read(raw)
        if "seal" in raw or (place == 1 and "records" in raw):
            return "other", None
    except (AttributeError, KeyError, TypeError, ValueError) as trouble:
        raise _broken(path, place, "is not whole") from trouble
    raise _broken(path, place, "is neither facts nor a record")


def _decoded(line: bytes) -> Any:  # noqa: ANN401 - JSON of a file that may hold anything
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        return ""


def _broken(path: Path, place: int, what: str) -> BadRecords:
    return BadRecords(
        "records.broken",
        f"{path.name}, line {place}: it {what}.",
        "Put the file back from a backup.",
    )
