"""The GUDID release as XML, full or an update: parts of some 100 MB, of whose records few matter.

Elements are those that FDA's own openFDA pipeline reads. Each `device` is one version of one
record: `publicDeviceRecordKey` tells the record, `publicVersionNumber` the version, so a full
release and any updates can lie side by side. A record that was deleted, deactivated or unpublished
is kept as that.

The parts are read as they come, by expat, and nothing but the record at hand is in memory. A
document type is refused where it begins, so there are no entities to expand and no files to fetch;
what one element holds before it ends is bounded, and so is nesting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from proofline.intake.fda.register import Labeled, taken_back, version_of
from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proofline.intake.fda.downloads import Download
    from proofline.intake.fda.register import Register

DEEPEST = 32
LONGEST_MARK = 1 << 20
"""Bytes of one tag, comment or instruction; those of the release have less than a hundred."""

MOST_VALUES, LONGEST_VALUE = 10_000, 10_000
"""Values read of one record, and characters of each."""

_BLOCK = 1 << 18
_DEVICE, _IDENTIFIERS = "device", "identifiers"
_DI, _DI_TYPE = "deviceId", "deviceIdType"
_KEY, _VERSION = "publicDeviceRecordKey", "publicVersionNumber"
_CODE, _SUBMISSION, _EXEMPT = "productCode", "submissionNumber", "premarketExempt"
_STATES = ("publicVersionStatus", "deviceRecordStatus")
_READ = frozenset({_DI, _DI_TYPE, _KEY, _VERSION, _CODE, _SUBMISSION, _EXEMPT, *_STATES})


class _RefusedError(Exception):
    """What no file of the release has."""


class Records:
    """The records of the DIs in `wanted`, gathered from parts in any number."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = frozenset(wanted)
        self._kept: dict[str, tuple[frozenset[str], Labeled]] = {}

    def read(self, part: Download) -> None:
        """Read one part.

        Errors: IntakeError if it is not XML of the release, or cannot be read.
        """
        reading = _Reading(self)
        try:
            while data := part.read(_BLOCK):
                reading.feed(data)
            reading.end()
        except (expat.ExpatError, _RefusedError) as error:
            told = expat.errors.messages.get(getattr(error, "code", 0)) or str(error)
            raise IntakeError(
                "devices.not_gudid",
                f"{part.name} is not a part of the GUDID release in XML: {told}, at line "
                f"{reading.line}.",
                "Download the release of AccessGUDID again.",
            ) from error

    def is_wanted(self, key: str, dis: list[str]) -> bool:
        """Say whether a record is asked for, or another version of one that was."""
        return key in self._kept or not self._wanted.isdisjoint(dis)

    def keep(self, key: str, dis: list[str], labeled: Labeled) -> None:
        """Keep a version of a record, unless a later one is kept."""
        before = self._kept.get(key)
        if before is None or before[1].version <= labeled.version:
            self._kept[key] = frozenset(dis), labeled

    def enter(self, register: Register) -> None:
        """Enter what the records say of the DIs asked for."""
        for dis, labeled in self._kept.values():
            for di in sorted(dis & self._wanted):
                register.enter(di, labeled)


class _Reading:
    """One part on its way through the parser."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._depth = self._fed = self._count = self._length = 0
        self._text: list[str] = []
        self._values: dict[str, list[str]] = {}
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    @property
    def line(self) -> int:
        """The line that was read last."""
        return self._parser.CurrentLineNumber

    def feed(self, data: bytes) -> None:
        """Read on, unless what has begun is longer than anything in the release."""
        self._parser.Parse(data, False)  # noqa: FBT003 - expat knows no names
        self._fed += len(data)
        if self._fed - self._parser.CurrentByteIndex > LONGEST_MARK:
            message = "a tag or comment without end"
            raise _RefusedError(message)

    def end(self) -> None:
        """Say that there is no more."""
        self._parser.Parse(b"", True)  # noqa: FBT003

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        local = name.rpartition(":")[2]
        if self._depth > DEEPEST:
            message = "elements nested too deeply"
            raise _RefusedError(message)
        if local == _DEVICE:
            self._values, self._count = {}, 0
        elif local in _READ:
            self._text, self._length = [], 0
            self._parser.CharacterDataHandler = self._characters

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = name.rpartition(":")[2]
        if local in _READ:
            self._parser.CharacterDataHandler = None
            self._note(local, "".join(self._text).strip())
        elif local == _IDENTIFIERS:
            self._skip_unless_wanted()
        elif local == _DEVICE:
            self._keep()

    def _characters(self, text: str) -> None:
        self._length += len(text)
        self._text.append(text)
        self._bound(self._length <= LONGEST_VALUE)

    def _note(self, name: str, value: str) -> None:
        self._count += 1
        self._values.setdefault(name, []).append(value)
        self._bound(self._count <= MOST_VALUES)

    @staticmethod
    def _bound(holds: bool) -> None:  # noqa: FBT001 - it is what has to hold
        if not holds:
            message = "a record larger than any of the release"
            raise _RefusedError(message)

    def _skip_unless_wanted(self) -> None:
        """Look at nothing more of a record, as of nearly all, that is not asked for."""
        key = self._one(_KEY)
        if key and not self._records.is_wanted(key, self._values.get(_DI, [])):
            self._parser.StartElementHandler = None
            self._parser.EndElementHandler = self._end_of_skipped

    def _end_of_skipped(self, name: str) -> None:
        if name.rpartition(":")[2] == _DEVICE:
            self._depth -= 1
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end

    def _keep(self) -> None:
        dis, primary = self._values.get(_DI, []), self._primary()
        key = self._one(_KEY) or primary
        if self._records.is_wanted(key, dis):
            labeled = Labeled(
                primary,
                self._distinct(_CODE),
                self._distinct(_SUBMISSION),
                self._one(_EXEMPT).lower() == "true",
                record_key=key,
                version=version_of(self._one(_VERSION)),
                taken_back=taken_back(*map(self._one, _STATES)),
            )
            self._records.keep(key, dis, labeled)
        self._values = {}

    def _one(self, name: str) -> str:
        return self._values.get(name, [""])[0]

    def _distinct(self, name: str) -> tuple[str, ...]:
        return tuple(sorted({*self._values.get(name, [])} - {""}))

    def _primary(self) -> str:
        """The DI that is called the primary one; the first where none is."""
        dis, kinds = self._values.get(_DI, []), self._values.get(_DI_TYPE, [])
        primary = (di for di, kind in zip(dis, kinds, strict=False) if kind == "Primary")
        return next(primary, dis[0] if dis else "")


def _refuse_doctype(*_: object) -> None:
    message = "it declares a document type, which the release never does"
    raise _RefusedError(message)
