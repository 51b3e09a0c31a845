"""What a biller or an auditor asks of `packs` and `explain`, its answers written down first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from at_the_terminal import squeezed, typed
from scenarios import write
from storybook import as_csv, tell


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask on a terminal so wide that no sentence is broken."""
    monkeypatch.setenv("COLUMNS", "500")


LAW = [
    # On which page does a date lie, until when, and what does it ask?
    ("on RPM 2018-12-31", "no law on file for 2018-12-31 / first page is 2019-01-01", ""),
    ("on RPM 2019-07-01", "medicare-rpm/2019-01-01, / and before 2020-01-01", "99458 Treatment"),
    ("on RPM 2020-02-29", "medicare-rpm/2020-01-01, / and before 2020-03-01", "with COVID-19"),
    ("on RPM 2020-03-01", "or 2 with COVID-19", ""),
    (
        "on RPM 2023-05-11",
        "or 2 with COVID-19 / and before 2023-05-12",
        "The patient is established",
    ),
    (
        "on RPM 2023-05-12",
        "The patient is established / and before 2024-01-01",
        "or 2 with COVID-19",
    ),
    ("on RPM 2022-06-30", "is read back", ""),
    ("on RPM 2024-02-29", "no number of days is asked for", "read back"),
    ("on RPM 2025-09-30", "medicare-rpm/2025-01-01, / G0511", ""),
    ("on RPM 2025-10-01", "medicare-rpm/2025-10-01, / and before 2026-01-01", ""),
    ("on RPM 2025-12-31", "99445 is not on this page", "99470 Treatment"),
    ("on RPM 2026-01-01", "99470 Treatment / noridian-jeb A", "and before"),
    ("on RPM 2027-03-01", "proposed for 2027 is no law yet", ""),
    ("on PCM 2019-12-31", "first page is 2020-01-01", ""),
    ("on PCM 2021-12-31", "G2064 Care / 99426 is not on this page", "99427 Care"),
    ("on PCM 2022-01-01", "99427 Care / G2065 is not on this page", ""),
    ("on RTM 2021-12-31", "first page is 2022-01-01", ""),
    ("on APCM 2024-12-31", "first page is 2025-01-01", ""),
    ("on RPM 2026-01-01 --payer UHC", "Announced and not enforced", ""),
    ("on RPM 2025-12-31 --payer UHC", "Medicare's own page holds", ""),
    # What changed, and on whose word?
    (
        "diff medicare-rpm/2023-01-01 medicare-rpm/2023-05-12",
        "Why: The COVID-19 emergency ended on 2023-05-11. / + is: yes",
        "Why, from / is: True",
    ),
    (
        "diff medicare-rpm/2026-01-01 medicare-rpm/2025-10-01",
        "medicare-rpm/2025-10-01 is the earlier page; name it first to see the reasons.",
        "Why: G0511",
    ),
    (
        "diff medicare-rpm/2019-01-01 medicare-rpm/2026-01-01",
        (
            "Why, from 2020-01-01: The add-on for each further 20 minutes is new."
            " / one per 20 of treatment_minutes after 20, at most 3"
        ),
        "Units(",
    ),
    ("diff medicare-rpm/2026-01-01 medicare-rtm/2026-01-01", "no page says why", "Why:"),
    (
        "diff medicare-rpm/2026-01-01 unitedhealthcare-rpm/2026-01-01",
        "Why: The plan means to cover two conditions only.",
        "Why, from",
    ),
]
MANAGED = "25 min on 2026-04-20; call on 2026-04-20"
PRINCIPAL = "enrollments.program = PCM; enrollments.diagnoses = I50.22; consents.program = PCM"
PERIODS = [
    # Which stay, whose service?
    (
        (
            f"by cycle; setup = 2026-04-10; days = 1..30; {MANAGED};"
            " + stays kind=hospice, from_date=2026-04-01, to_date=2026-04-05"
        ),
        "1",
        "hospice 2026-04-01 to 2026-04-05",
        "no month supports",
    ),
    (
        "days = 1..16; + other_services code=99454, from_date=2026-03-20, billing_npi=others",
        "1",
        "99454 2026-03-20 another practice",
        "",
    ),
    (
        (
            "days = 1..16; + other_services code=99454, from_date=2026-03-20, billing_npi=-,"
            " status=planned"
        ),
        "1",
        "99454 2026-03-20 not known whose planned",
        "",
    ),
    # Under which page is each code of a cycle that ends in another year?
    (
        "by cycle; setup = 2025-12-10; days = 1..16; 20 min on 2025-12-20; call on 2025-12-20",
        "1",
        r"law medicare-rpm/2025-10-01 sha256:\w+ of 99457",
        "",
    ),
    (
        "by cycle; setup = 2025-12-10; days = 1..16; 20 min on 2025-12-20; call on 2025-12-20",
        "1",
        r"law medicare-rpm/2026-01-01 sha256:\w+ of 99454",
        "",
    ),
    # Why is there no short code, and on which day?
    (
        "setup = 2025-06-01; days = 1..15",
        "1",
        "service date: 2025-06-30, needs a code in force",
        "20269",
    ),
    # What of work before the law on file?
    (
        f"setup = 2019-06-01; as of 2019-12-31; {PRINCIPAL}; 30 min on 2019-06-10",
        "2019-06",
        "lies before the first page of its law",
        "anchor_date",
    ),
    (
        "setup = 2018-11-01; as of 2018-12-31; days = 1..16",
        "1",
        "Earlier ones lie before the first page of the law",
        "",
    ),
    # A program without devices has no days of data to show.
    (
        f"setup = 2020-06-01; {PRINCIPAL}; 30 min on 2020-06-08",
        "2020-06",
        "G2065 billable 1 unit, date of service 2020-06-08",
        "nothing sent",
    ),
]


FROZEN = re.compile(r"on RPM 20(19|2[0-4]|25-09|25-10)|diff medicare-rpm/20(19|23)")
"""Questions about older pages of remote monitoring, which the slow round asks."""


@pytest.mark.parametrize(
    ("asked", "told", "untold"),
    [pytest.param(*one, marks=[pytest.mark.slow] * bool(FROZEN.match(one[0]))) for one in LAW],
    ids=[asked for asked, *_ in LAW],
)
def test_of_the_law(asked: str, told: str, untold: str) -> None:
    """Every phrase of `told` stands in the answer, and none of `untold`; a stroke parts them."""
    said = squeezed(typed("packs", *asked.split()).output)
    assert [phrase for phrase in told.split(" / ") if phrase not in said] == []
    assert [phrase for phrase in untold.split(" / ") if phrase and phrase in said] == []


@pytest.mark.slow
@pytest.mark.parametrize(("story", "period", "told", "untold"), PERIODS)
def test_of_a_period(story: str, period: str, told: str, untold: str, tmp_path: Path) -> None:
    one = tell(story)
    folder = write({name: as_csv(rows) for name, rows in one.tables().items() if rows}, tmp_path)
    day = f"{one.day_of_knowledge()}"
    asked = ("--evidence", folder, "--as-of", day, "--clock", one.clock)
    said = squeezed(typed("explain", "ENR-1", period, *asked).output)
    assert re.search(told, said), said
    assert not untold or untold not in said
