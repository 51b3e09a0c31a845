"""Days stand side by side in two places, with one sign and one legend."""

from __future__ import annotations

from datetime import date
from typing import get_args

from django.template.loader import render_to_string

from proofline.explain.explanation import DayMark, Standing
from proofline.web.templatetags.signs import sign


def test_days_have_one_sign_in_every_strip_and_its_legend() -> None:
    stands = [one for one in get_args(Standing) if one != "to_come"]
    assert len({sign(one) for one in stands}) == len(stands)
    assert sign("to_come") == ""
    strip = [DayMark(date(2026, 3, 1 + n), one, utc_counts=False) for n, one in enumerate(stands)]
    told = render_to_string("parts/strip.html", {"strip": strip, "facts": {}})
    for one in stands:
        assert told.count(f">{sign(one)}<") == 2, "on the day, and in the legend"
