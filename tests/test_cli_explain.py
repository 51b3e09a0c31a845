"""What `proofline explain` draws is what was sent, whatever a terminal would make of it."""

from __future__ import annotations

from pathlib import Path

from at_the_terminal import typed
from proofline.cli.demo import make_practice

ASKED = ("DEMO-TWO-CLOCKS-RPM", "1", "--as-of", "2026-04-20")


def test_an_id_is_drawn_as_it_was_sent(tmp_path: Path) -> None:
    make_practice(tmp_path, seed=7)
    told = "RN-[/made-up]-:warning:"
    for file in tmp_path.glob("*.csv"):
        text = file.read_text("utf-8").replace("DEMO-RN-CY", told).replace("DEMO-RN-DI", told)
        file.write_text(text, "utf-8")
    assert told in typed("explain", *ASKED, "--evidence", tmp_path).stdout
