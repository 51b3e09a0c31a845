"""The short way for what nearly all lines of a bulk export are: one sound vital sign.

It says nothing of its own. Where all that repeats has been interpreted before and there is nothing
to be said of it, only id, times and values are left to put into rows, and that is done here in one
loop, because a call costs more than the work itself. Whatever is out of the ordinary goes the long
way, `observation.Readings.read`; tests hold both to the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.intake.additions import CleanRow
from proofline.intake.report import Place
from proofline.intake.sources.fhir.decoding import Unreadable
from proofline.intake.sources.fhir.observation import RESULTS
from proofline.intake.sources.fhir.primitives import CLOCKS, DAYS, RESTS, is_id
from proofline.intake.sources.fhir.shapes import ABSENT, Observation, Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from proofline.intake.sources.fhir.circumstances import Told
    from proofline.intake.sources.fhir.measured import Measured
    from proofline.intake.sources.fhir.once import Once


class Short:
    """What was interpreted before, by the bytes that repeat."""

    def __init__(
        self,
        told: Once[tuple[bytes, ...], Told],
        measured: Once[tuple[bytes, ...], Measured],
        of_unknown_kind: Collection[str],
    ) -> None:
        self._told = told
        self._measured = measured
        self._of_unknown_kind = of_unknown_kind

    def rows(
        self,
        lines: Iterable[Plain],
        place: tuple[str, int],
        otherwise: Callable[[Observation, str], list[CleanRow]],
    ) -> Iterator[CleanRow]:
        """Give the rows of lines in order, `place` naming the file and the first of them.

        Those that are not plain are given to `otherwise`, with where they stood.
        """
        file, first = place
        all_told, all_measured, unknown = self._told, self._measured, self._of_unknown_kind
        for number, sent in enumerate(lines, first):
            where = f"line {number}"
            meta, at, own_id = sent.meta, sent.effective_date_time, sent.id
            arrived = meta.last_updated
            try:
                told = all_told[
                    (
                        bytes(sent.subject),
                        bytes(sent.device),
                        bytes(sent.category),
                        bytes(meta.profile),
                    )
                ]
                measured = all_measured[
                    (bytes(sent.code), bytes(sent.value_quantity), bytes(sent.component))
                ]
            except Unreadable:
                yield from otherwise(_whole(sent), where)
                continue
            rest, arrived_rest = RESTS[at[19:]], RESTS[arrived[19:]]
            if (
                not (told.is_plain and measured.is_plain and sent.status in RESULTS)
                or not (sent.resource_type == "Observation" and is_id(own_id))
                or not meta.security is meta.tag is ABSENT
                or rest is None
                or arrived_rest is None
                or rest[0]
                or arrived_rest[0]
                or not (DAYS[at[:10]] and CLOCKS[at[10:19]])
                or not (DAYS[arrived[:10]] and CLOCKS[arrived[10:19]])
                or told.device_id in unknown
            ):
                yield from otherwise(_whole(sent), where)
                continue
            what = measured.what[0]
            row, came = told.reading.copy(), told.provenance.copy()
            row["reading_id"] = came["reading_id"] = own_id
            row["source_message_id"] = came["message_id"] = own_id
            row["metric"] = what.metric
            row["value"] = what.value
            row["value_2"] = what.value_2
            row["unit"] = what.unit
            row["measured_at"] = came["measured_sent"] = at
            row["received_at"] = came["received_at"] = arrived
            came["payload_place"] = where
            came["value_sent"] = what.value_sent
            came["value_2_sent"] = what.value_2_sent
            came["unit_sent"] = what.unit_sent
            came["offset_minutes"] = rest[1]
            if what.blank:
                for column in what.blank:
                    del row[column]
            if what.blank_sent:
                for column in what.blank_sent:
                    del came[column]
            if not rest[1]:
                del came["offset_minutes"]
            spot = Place(file, where, f"Observation/{own_id}")
            yield CleanRow("readings", row, spot)
            yield CleanRow("provenance", came, spot)


def _whole(plain: Plain) -> Observation:
    """Give a line that turned out not to be plain the shape of all others."""
    return Observation(**{name: getattr(plain, name) for name in _SHARED})


_SHARED = tuple(name for name in Plain.__struct_fields__ if name in Observation.__struct_fields__)
