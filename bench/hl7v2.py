"""HL7 v2 messages read one at a time, as a listener reads them, beside the `hl7` package.

    python bench/hl7v2.py

One message is IHE PCD-01 of nine segments: a pressure and a pulse, coded twice, with the device's
ids. Splitting is compared with splitting (`hl7` builds its containers of every part; ours splits
what it will read), and going on to measurements with reading the same fields of every OBX. Times,
ids and values differ from message to message. Read the ratios. Nothing here is a timed test.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable

import hl7

from proofline.intake.options import Options
from proofline.intake.payloads.payload import Payload, payload
from proofline.intake.sources import hl7v2
from proofline.intake.sources.hl7v2.messages import messages

GOAL = 20.0
_CUFF = "0123456789ABCDEF^CUFF^0123456789ABCDEF^EUI-64"
_HEAD = (
    r"MSH|^~\&|{hub}|HOME|PRACTICE^1.2.3.4^ISO|PRACTICE|{at}||ORU^R01^ORU_R01|MADEUP-{number}|P|2.6"
    "|||NE|AL|USA|UNICODE UTF-8|en^English^ISO639||IHE_PCD_ORU_R01^IHE PCD^1.2.3^ISO"
)
_ROW = (
    "OBX|{at}|NM|{code}|{sub}|{value}|{unit}|||||R|||{time}|||AMEAS^auto-measurement^MDC|" + _CUFF
)
_MMHG = "mm[Hg]^millimeter of mercury^UCUM^266016^MDC_DIM_MMHG^MDC"


def made_up(number: int) -> str:
    """Write message number so-and-so; its values and times are those of no other near it."""
    second = number * 7 % 86_400
    at = f"20260713{second // 3600:02}{second // 60 % 60:02}{second % 60:02}+0000"
    rows = [
        ("8480-6^Systolic^LN^150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "1.0.1.1", 110 + number % 40),
        ("8462-4^Diastolic^LN^150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "1.0.1.2", 70 + number % 20),
    ]
    pulse = "8867-4^Heart rate^LN^149546^MDC_PULS_RATE_NON_INV^MDC"
    beats = "{beats}/min^beats per minute^UCUM^264864^MDC_DIM_BEAT_PER_MIN^MDC"
    hub = "HUB_MADE_UP^00A1B2FFFEC3D4E5^EUI-64"
    lines = [
        _HEAD.format(hub=hub, at=at, number=number),
        "PID|||P-1001^^^PRACTICE&1.2.3.4&ISO^PI||PLAINLY^MADEUP^^^^^L||19500101|F",
        "PV1||O|HOME^^^PRACTICE",
        f"OBR|1|PLACER^{hub}|FILLER^{hub}|182777000^monitoring of patient^SCT|||{at}|{at}",
        f"OBX|1||528391^MDC_DEV_SPEC_PROFILE_BP^MDC|1.0.0.0|||||||X|||||||{_CUFF}",
        f"OBX|2||85354-9^Panel^LN^150020^MDC_PRESS_BLD_NONINV^MDC|1.0.1.0|||||||X|||{at}",
        *(
            _ROW.format(at=3 + nth, code=code, sub=sub, value=value, unit=_MMHG, time=at)
            for nth, (code, sub, value) in enumerate(rows)
        ),
        _ROW.format(at=5, code=pulse, sub="1.0.0.1", value=72, unit=beats, time=at),
    ]
    return "\r".join(lines) + "\r"


def fields_read(text: str) -> list[list[str]]:
    """Read with `hl7` the fields of OBX that make a measurement, as text."""
    read = (2, 3, 4, 5, 6, 11, 14, 17, 18)
    return [
        [str(row[number]) if number < len(row) else "" for number in read]
        for row in hl7.parse(text).segments("OBX")
    ]


def seconds_each(read: Callable[[int], object], count: int) -> float:
    """Give the seconds of processor for one of so many messages."""
    gc.collect()
    start = time.process_time()
    for number in range(count):
        read(number)
    return (time.process_time() - start) / count


def main() -> None:
    """Measure in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=7, help="of which the median")
    asked = parser.parse_args()
    texts = [made_up(number) for number in range(asked.messages)]
    sent: list[Payload] = [payload("made-up.hl7", text.encode()) for text in texts]
    options = Options()
    few = asked.messages // 10
    readers: dict[str, tuple[Callable[[int], object], int]] = {
        "hl7: split": (lambda number: hl7.parse(texts[number]), few),
        "ours: split": (lambda number: list(messages(sent[number])), asked.messages),
        "hl7: split, fields read": (lambda number: fields_read(texts[number]), few),
        "ours: measurements": (
            lambda number: list(hl7v2.decode(sent[number], options)),
            asked.messages,
        ),
    }
    taken: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(asked.runs):
        for name, (read, count) in readers.items():
            taken[name].append(seconds_each(read, count))
    each = {name: statistics.median(times) for name, times in taken.items()}
    print("| reader | µs | messages a second |\n|---|--:|--:|")
    for name, seconds in each.items():
        print(f"| {name} | {1e6 * seconds:.1f} | {1 / seconds:,.0f} |")
    for theirs, ours in (
        ("hl7: split", "ours: split"),
        ("hl7: split, fields read", "ours: measurements"),
    ):
        ratio = each[theirs] / each[ours]
        met = "met" if ratio >= GOAL else "MISSED"
        print(f"{ours} {ratio:.1f} times as fast as {theirs}; goal {GOAL:g}: {met}")


if __name__ == "__main__":
    main()
