"""Every guard of the shelf, shown to fail: a small shelf in order, with one thing wrong."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from proofline.packs import check, shelf
from proofline.packs.errors import PackError
from proofline.packs.sources import sources

CATALOG = {
    "transmission_days": {"kind": "count"},
    "treatment_minutes": {"kind": "count"},
    "month_minutes": {"kind": "count"},
    "signed_off": {"kind": "flag"},
    "biller_role": {"kind": "text"},
}
SHELF = Path(__file__).parent / "fixtures" / "shelf"
FILES = {
    path.relative_to(SHELF).as_posix(): path.read_text("utf-8")
    for path in sorted(SHELF.rglob("*.*"))
}
FIRST = "medicare-rpm/2020-01-01.toml"
PAGE, TABLES = "medicare-rpm/2021-01-01.toml", "medicare-rpm/2021-01-01.md"


def lay(root: Path, files: dict[str, str]) -> Path:
    """Write a shelf of these files, every page of it published as it is."""
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    lines = [
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for name, text in files.items()
        if name.endswith("-01.toml")
    ]
    (root / "PUBLISHED").write_text("".join(lines))
    return root


def told(root: Path) -> list[str]:
    """List the problems of a shelf as lines."""
    return [str(problem) for problem in check.shelf_problems(CATALOG, root=root)]


def test_the_shelf_in_order_has_no_problem(tmp_path: Path) -> None:
    assert told(lay(tmp_path, FILES)) == []


WRONG = [
    # The grammar of a page.
    ('title = "Supply"', 'titel = "Supply"', "code.99454.titel: is not a key. Did you mean title?"),
    ('title = "Supply"\n', "", "code.99454.title: is missing."),
    ('title = "Supply"', "title = 7", "code.99454.title: is 7. Write text."),
    ('program = "RPM"', 'progam = "RPM"', "progam: is not a key. Did you mean program?"),
    (
        'program = "RPM"',
        'program = "RPM"\npolicies = 1',
        "policies: is not a key. Did you mean pol",
    ),
    ('level = "hold"', 'level = "stop"', "is 'stop'. Write one of gate, hold, warn."),
    ("effective = 2021-01-01", "effective = 2021-01-01T00:00:00Z", "Write a date without quotes"),
    ("min = 20", "min = -20", "minutes_20.min: is -20. Write a whole number, zero or more."),
    ("min = 20", "min = true", "requirement.minutes_20.min: is True."),
    ("min = 20", 'min = 20\none_of = ["a"]', "must have one bound, has one_of and min/max."),
    ("min = 20", "", "requirement.minutes_20: must have one bound, has none."),
    ("min = 2\n", "min = 22\n", "requirement.days_2_to_15: has min 22 above max 15."),
    ("unsourced = true", "", "policy.sign_off: must say on what it rests."),
    ("cap = 1 }", "cap = 0 }", "code.99458.units: has each or cap 0."),
    ("cap = 1 }", "top = 1 }", "code.99458.units.top: is not a key."),
    ('period = "clock"', 'period = "month"', "code.99457: has month_requires, but its period is"),
    ("[policy.sign_off]", "[policy]\nother = 3\n[policy.sign_off]", "policy.other: is not a table"),
    ('why = "New."', 'reason = "New."', "change 1.reason: is not a key."),
    ('pack = "medicare-rpm"', "pack = medicare-rpm", "the file: medicare-rpm/2021-01-01.toml: "),
    # The names in a page.
    ('fact = "transmission_days"', 'fact = "transmision_days"', "Did you mean transmission_days?"),
    (
        'fact = "signed_off"',
        'fact = "treatment_minutes"',
        "treatment_minutes is a count, its bound",
    ),
    ('{ fact = "treatment_minutes"', '{ fact = "signed_off"', "code.99458: units are counted in"),
    ('["days_16", "signed', '["signed', "requirement.days_16: is used by no code."),
    (
        '["days_16", "',
        '["days_61", "',
        "code.99454: needs days_61, which is no requirement. Did yo",
    ),
    ('["days_16", "', '["days_16", "days_16", "', "code.99454: needs days_16 2 times."),
    ('base = "99457"', 'base = "99475"', "code.99458.base: stands on 99475, which is no code"),
    ('["99454", "99445"]', '["99454", "99446"]', "exclusive.supply: has 99446, which is no code"),
    ('["99454", "99445"]', '["99454"]', "exclusive.supply: has one code, which excludes nothing."),
    ('["99454", "99445"]', '["99454", "99454"]', "has 99454, which stands on a ladder twice."),
    (
        '["99454", "99445"]',
        '["99454", "99457"]',
        "exclusive.supply: has codes of different periods",
    ),
    # Its citations.
    ('cite = "rule-2021 days"', 'cite = "rule-2012 days"', "cites rule-2012, no source. Did you m"),
    ('cite = "rule-2021 days"', 'cite = "rule-2021"', "requirement.days_16: cites no place."),
    (
        'cite = "policy sign_off"',
        'cite = "policy signing"',
        "signed_off: cites signing, no policy.",
    ),
    # Its place among the others.
    (
        "effective = 2021-01-01",
        "effective = 2021-01-02",
        "pack, effective: is medicare-rpm/2021-01",
    ),
    ('pack = "medicare-rpm"', 'pack = "medicare-rtm"', "pack, effective: is medicare-rtm/2021-01"),
    ("supersedes = 2020-01-01", "supersedes = 2019-01-01", "Write supersedes = 2020-01-01."),
    ("supersedes = 2020-01-01\n", "", "supersedes: is None."),
    ('text = "Sixteen days."', 'text = "16 days."', "requirement.days_16: differs from the page b"),
    ('what = "title"', 'what = "policy.sign_off"', "title: differs from the page before."),
    ('what = "title"', 'what = "policy.sign_off"', "policy.sign_off: is declared and does not dif"),
    ('what = "title"', 'what = "code.99445"', "code.99445: is declared twice."),
    (
        "supersedes",
        'base = "medicare-rpm/2012-01-01"\nsupersedes',
        "base: is medicare-rpm/2012-01-",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_what_is_wrong_with_a_page_is_named(
    tmp_path: Path, *, old: str, new: str, words: str
) -> None:
    assert old in FILES[PAGE]
    problems = told(lay(tmp_path, FILES | {PAGE: FILES[PAGE].replace(old, new, 1)}))
    assert [line for line in problems if words in line], problems
    assert all(line.startswith("medicare-rpm/2021-01-01.") for line in problems)


def test_a_code_of_one_page_is_accounted_for_on_all(tmp_path: Path) -> None:
    entry = '[absent.99445]\ntext = "Not yet."\ncite = "rule-2021 short code"'
    assert entry in FILES[FIRST]
    problems = told(lay(tmp_path, FILES | {FIRST: FILES[FIRST].replace(entry, "")}))
    assert any("2020-01-01.toml: absent.99445: is missing." in line for line in problems), problems


def test_a_code_is_not_absent_from_its_own_page(tmp_path: Path) -> None:
    torn = FILES[PAGE] + '\n[absent.99454]\ntext = "No."\ncite = "rule-2021 days"\n'
    problems = told(lay(tmp_path, FILES | {PAGE: torn}))
    assert any(
        "absent.99454: is absent and a code of the page at once" in line for line in problems
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("| fifteen | 15 |", "| fourteen | 14 |", "requirement.days_16: has no example with trans"),
        (
            "| two | 2 |",
            "| two | 3 |",
            "requirement.days_2_to_15: has no example with transmission",
        ),
        (
            "| | no | | [99454]",
            "| | ? | | [99454]",
            "requirement.signed_off: has no example with si",
        ),
        (
            "| therapist |",
            "| ? |",
            "biller_role: has no example with biller_role outside its list.",
        ),
        ("| sixty | 60 |", "| seventy | 70 |", "code.99458.units: has no example with treatment"),
        (
            "Clock: cycle",
            "Clock: month",
            "month_minutes_20: has no example with month_minutes 19, 2",
        ),
        ("| signed_off | yes |\n", "", "says nothing of signed_off."),
        ("| signed_off | yes |", "| signed_of | yes |", "names signed_of, on which the page sets"),
        ("| 99454 99457 99458 |", "| 99454 99457 99459 |", "bills 99459, no code of the page."),
        ("99457: minutes_20", "99457: minutes_19", "gives minutes_19, which 99457 does not have."),
        ("99457: minutes_20", "99459: minutes_20", "gives a reason for 99459. Did you mean 9945"),
        ("| two | 2 |", "| two | 2 | 2 |", "2021-01-01.md: the file: medicare-rpm/2021-01-01.md:"),
    ],
)
def test_what_is_wrong_with_the_examples_is_named(
    tmp_path: Path, *, old: str, new: str, words: str
) -> None:
    assert old in FILES[TABLES]
    problems = told(lay(tmp_path, FILES | {TABLES: FILES[TABLES].replace(old, new, 1)}))
    assert [line for line in problems if words in line], problems


def test_a_page_without_examples_is_named(tmp_path: Path) -> None:
    lay(tmp_path, FILES)
    (tmp_path / TABLES).unlink()
    assert any("2021-01-01.md does not exist" in line for line in told(tmp_path))


def test_a_published_page_is_frozen(tmp_path: Path) -> None:
    lay(tmp_path, FILES)
    (tmp_path / PAGE).write_text(FILES[PAGE] + "# an afterthought\n")
    (line,) = told(tmp_path)
    assert line.startswith(f"{PAGE}: the file: was changed after it was published.")


def test_a_page_is_published_and_a_published_page_is_there(tmp_path: Path) -> None:
    lay(tmp_path, FILES)
    lines = (tmp_path / "PUBLISHED").read_text()
    (tmp_path / "PUBLISHED").write_text(lines.replace("2021-01-01", "2022-01-01"))
    first, second = told(tmp_path)
    assert first.startswith(f"PUBLISHED: {PAGE}: is not there. If the page is finished, add")
    assert second == "PUBLISHED: medicare-rpm/2022-01-01.toml: does not exist. Restore the page."


def test_a_broken_page_is_refused_where_it_is_read(tmp_path: Path) -> None:
    lay(tmp_path, FILES | {PAGE: FILES[PAGE].replace("min = 20", "mim = 20", 1)})
    with pytest.raises(PackError, match=r"minutes_20.mim: is not a key. Did you mean min\?"):
        shelf.pages("medicare-rpm", root=tmp_path)


def test_a_payers_first_page_declares_what_differs_from_its_base(tmp_path: Path) -> None:
    payer = (
        FILES[PAGE].partition("[[change]]")[0].replace('pack = "medicare-rpm"', 'pack = "a-plan"')
    )
    payer = payer.replace("2021", "Mine", 1).replace(
        "supersedes = 2020-01-01", 'base = "medicare-rpm/2021-01-01"\npayer_ids = ["APLAN"]'
    )
    mine = {"a-plan/2021-01-01.toml": payer, "a-plan/2021-01-01.md": FILES[TABLES]}
    (line,) = told(lay(tmp_path, FILES | mine))
    assert line.startswith("a-plan/2021-01-01.toml: title: differs from the page before.")
    assert shelf.payer_packs(root=tmp_path) == ("a-plan",)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('grade = "A"', 'grade = "A+"', r"rule-2021: grade is A\+"),
        ('read = "all of it"\n', "", "rule-2021: .*read"),
        ('date = "2021"', 'data = "2021"', "rule-2021: .*data"),
    ],
)
def test_a_source_says_what_was_read_and_how_sure_we_are(
    tmp_path: Path, *, old: str, new: str, words: str
) -> None:
    (tmp_path / "sources.toml").write_text(FILES["sources.toml"].replace(old, new, 1))
    with pytest.raises(PackError, match=words):
        sources(root=tmp_path)
