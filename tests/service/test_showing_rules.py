"""Rules: every page of the law as an officer reads it, what changed, and what of it is open."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest

from made_up_people import PATIENT, enrolled, with_patients
from made_up_practices import START, Practice
from proofline.desk.deciding import decide_patients
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.rules import comparing, pages
from proofline.desk.showing.rules.pages import page_of, shelves
from proofline.desk.showing.rules.reading import Asked, Case, law_page
from proofline.desk.trouble import DeskError
from proofline.packs import changes, shelf
from proofline.packs.errors import PackError
from proofline.packs.page import Page
from proofline.store.book import by_ourselves
from proofline.store.models import Look
from proofline.web.templatetags.law import law
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

EVERY = [page for pack in shelf.packs() for page in shelf.pages(pack)]
NOVEMBER = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.name)
def test_every_entry_of_every_page_is_there_with_its_word(page: Page) -> None:
    found = law_page(page.pack, page.effective.isoformat())
    assert [one.requirement.name for one in found.asked] == list(page.requirements)
    assert [one.policy.name for one in found.policies] == list(page.policies)
    assert found.unsourced == sum(one.cite is None for one in page.policies.values())
    for one in found.asked:
        assert one.codes
        assert one.fact.name == one.requirement.fact
        assert one.citation.source or one.citation.policy in page.policies
    for chosen in found.policies:
        assert (chosen.citation is None) == chosen.policy.unsourced


def holds(one: Asked, case: Case) -> bool | None:
    """Decide a bound by hand: None where the value is unknown or in doubt."""
    asked, value = one.requirement, case.value
    if value == "?" or ".." in value:
        return None
    if asked.is_ is not None:
        return (value == "yes") == asked.is_
    if asked.one_of:
        return value in asked.one_of
    low = int(value) if asked.min is None else asked.min
    high = int(value) if asked.max is None else asked.max
    return low <= int(value) <= high


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.name)
def test_examples_stand_on_the_side_where_they_are_shown(page: Page) -> None:
    for one in law_page(page.pack, page.effective.isoformat()).asked:
        assert one.met, one.requirement.name
        assert one.unmet, one.requirement.name
        assert all(holds(one, case) is not False for case in one.met), one.requirement.name
        assert all(holds(one, case) is not True for case in one.unmet), one.requirement.name


def test_a_page_is_found_by_the_day_that_it_rules() -> None:
    assert page_of("RPM", "2026-11-22").name == "medicare-rpm/2026-01-01"
    assert page_of("rpm", "2025-12-31").name == "medicare-rpm/2025-10-01"
    assert page_of("medicare-rpm", "2023-05-12").name == "medicare-rpm/2023-05-12"
    assert page_of("unitedhealthcare-rpm", "2026-07-01").payer != "medicare"
    with pytest.raises(PackError):
        page_of("RPM", "2018-01-01")
    with pytest.raises(DeskError):
        page_of("RPM", "yesterday")


def test_what_changed_is_told_as_the_page_declares_it(practice: Practice) -> None:
    found = comparing.compare(practice.opened("owner"), "RPM", "2026-01-01", "2025-10-01")
    told = {f"{one.kind}.{one.name}".rstrip("."): one for one in found.differences}
    old, new = (page_of("RPM", day) for day in ("2025-10-01", "2026-01-01"))
    assert sorted(told) == list(changes.differences(old, new))
    assert not told["code.99445"].gone
    assert told["code.99453"].gone == {"requires": "setup_days_16"}
    assert told["code.99453"].come == {"requires": "setup_days_2, no_access_model"}
    assert all(one.why and one.citation for one in found.differences)
    assert set(found.codes) == set(new.codes)  # a requirement that all ask is new


def test_the_older_page_stands_first_whichever_is_named_first(practice: Practice) -> None:
    book = practice.opened("owner")
    one = comparing.compare(book, "RPM", "2025-10-01", "2026-01-01")
    assert (one.older.effective, one.newer.effective) == (date(2025, 10, 1), date(2026, 1, 1))
    assert comparing.compare(book, "RPM", "2026-01-01", "2026-01-01").differences == ()


@pytest.fixture
def open_book(practice: Practice) -> Practice:
    """A practice with one patient whose first cycle is over and whose second is open."""
    enrolled(with_patients(practice))
    with by_ourselves(practice.tenant_id) as book:
        decide_patients(book, {PATIENT}, date(2026, 2, 20), START)
    return practice


@pytest.mark.slow
def test_open_periods_are_counted_under_the_page_of_their_last_day(open_book: Practice) -> None:
    # Set up on 5 January: cycles until 3 February, 5 March; months January to February. On 20
    # February the second cycle and February are open.
    (rpm,) = [one for one in shelves(open_book.opened("owner"), NOVEMBER) if one.slug == "RPM"]
    counted = {one.effective: one.open for one in rpm.pages}
    book = open_book.opened("compliance")
    listed = comparing.open_list(book, ("RPM", "2026-01-01", ""), 1, START)
    assert counted["2026-01-01"] == listed.count > 0
    assert {one.period.start for one in listed.rows} <= {date(2026, 2, 1), date(2026, 2, 4)}
    assert sum(count or 0 for count in counted.values()) == listed.count
    assert Look.objects.filter(patient_id=PATIENT, act="patient.see").exists()


@pytest.mark.slow
def test_a_change_touches_the_open_lines_of_its_codes_only(open_book: Practice) -> None:
    book = open_book.opened("compliance")
    found = comparing.compare(book, "RPM", "2026-01-01", "2025-10-01")
    listed = comparing.open_list(book, ("RPM", "2026-01-01", "2025-10-01"), 1, START)
    assert found.touched == listed.count > 0
    assert all(set(one.period.codes) <= set(found.codes) for one in listed.rows)
    ccm = comparing.compare(book, "CCM", "2025-10-01", "2025-01-01")
    assert (ccm.touched, ccm.under) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "counts", "names"),
    [
        ("coordinator", True, True),
        ("biller", True, True),
        ("compliance", True, True),
        ("owner", True, False),
        ("integrator", False, False),
        ("administrator", False, False),
    ],
)
def test_counts_and_names_go_to_those_who_may_see_them(
    open_book: Practice, role: str, counts: bool, names: bool
) -> None:
    book = open_book.opened(role)
    found = {one.slug: one for one in pages.shelves(book, NOVEMBER)}
    assert (found["RPM"].pages[0].open is not None) == counts
    assert found["unitedhealthcare-rpm"].pages[0].open is None
    if not names:
        with pytest.raises(NotAllowed):
            comparing.open_list(book, ("RPM", "2026-01-01", ""), 1, START)
    else:
        assert comparing.open_list(book, ("RPM", "2026-01-01", ""), 1, START).rows


def test_every_source_is_told_with_the_pages_that_cite_it() -> None:
    found = {one.source.key: one for one in comparing.cited()}
    assert ("RPM", "2026-01-01") in [one[:2] for one in found["pfs-2026"].pages]
    assert found["pfs-2018"].source.grade == "B"


@pytest.mark.slow
def test_of_sources_the_pages_are_listed_for_the_one_that_is_opened(practice: Practice) -> None:
    assert practice.tenant_id
    client = client_of("north-integrator")
    closed, opened = (
        client.get(f"/rules/sources/{asked}")
        .content.decode()
        .count('href="/rules/RPM/2026-01-01/"')
        for asked in ("", "?source=pfs-2026")
    )
    assert (closed, opened) == (0, 1)


ENGLISH = re.compile(r'<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', re.DOTALL)
"""What a page marks as English: names, places in sources and titles of examples."""


@pytest.mark.parametrize(
    ("address", "told", "never"),
    [
        pytest.param(
            "/rules/RPM/2026-01-01/",
            "Días del período en hospice.",
            "Days of the period in hospice",
            marks=pytest.mark.slow,
        ),
        ("/rules/RPM/2026-01-01/", "días de transmisión: 16 o más días", "transmission days"),
        pytest.param(
            "/rules/RPM/2026-01-01/",
            "Una conversación en vivo sostiene",
            "One live conversation",
            marks=pytest.mark.slow,
        ),
        (
            "/rules/RPM/2026-01-01/changes/?from=2025-10-01",
            "El suministro de ciclo corto es nuevo, y excluye el completo.",
            "Short-cycle supply is new",
        ),
        ("/settings/policies/", "Una conversación en vivo sostiene", "One live conversation"),
    ],
)
def test_pages_of_the_law_speak_spanish(
    practice: Practice, address: str, told: str, never: str
) -> None:
    assert practice.tenant_id
    answer = client_of("north-administrator").get(address, headers={"accept-language": "es"})
    page = unescape(answer.content.decode())
    assert told in page
    assert never not in ENGLISH.sub("", page)


def test_a_refusal_speaks_spanish(practice: Practice) -> None:
    assert practice.tenant_id
    address = "/rules/RPM/2026-01-01/open/"
    answer = client_of("north-integrator").get(address, headers={"accept-language": "es"})
    assert answer.status_code == 403
    assert "Su función no incluye este acto (patient.see)." in answer.content.decode()


def test_links_to_the_law_lead_to_what_they_name(practice: Practice) -> None:
    """A finding of a base is told with the code; what is gone is on the older page only."""
    assert practice.tenant_id
    assert law("medicare-rpm/2026-01-01", "base.99457").endswith("/2026-01-01/#99457")
    client = client_of("north-integrator")
    changes = client.get("/rules/RPM/2026-01-01/changes/?from=2025-10-01").content.decode()
    named = set(re.findall(r'href="(/rules/RPM/[\d-]+/)#([\w.]+)"', changes))
    pages = {there: client.get(there).content.decode() for there in {page for page, _ in named}}
    assert len(pages) > 1
    for there, anchor in named:
        assert f'id="{anchor}"' in pages[there], (there, anchor)


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/rules/", 200, "no later page"),
        pytest.param("/rules/sources/", 200, "official text, read", marks=pytest.mark.slow),
        ("/rules/sources/", 200, 'href="?source=pfs-2026#pfs-2026"'),
        ("/rules/sources/?source=pfs-2026", 200, 'href="/rules/RPM/2026-01-01/"'),
        ("/rules/RPM/2026-01-01/", 200, 'id="days_16_to_30"'),
        pytest.param("/rules/RPM/2026-11-22/", 200, "no source found", marks=pytest.mark.slow),
        ("/rules/RPM/2026-01-01/changes/?from=2025-10-01", 200, "setup days 16"),
        ("/rules/RPM/2018-01-01/", 422, "no law on file"),
        ("/rules/RPM/tomorrow/", 422, "is not a day"),
        ("/rules/nothing/2026-01-01/", 422, "There are:"),
        ("/rules/RPM/2026-01-01/open/", 403, "does not include this act"),
    ],
)
def test_pages_as_they_are_served(practice: Practice, address: str, status: int, told: str) -> None:
    assert practice.tenant_id
    answer = client_of("north-integrator").get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert told in page
    assert not INLINE.search(page)


@pytest.mark.slow
def test_a_page_asks_the_database_a_constant_number_of_times(
    open_book: Practice, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    book = open_book.opened("owner")
    with django_assert_num_queries(1):
        shelves(book, NOVEMBER)
    with django_assert_num_queries(1):
        comparing.compare(book, "RPM", "2026-01-01", "2025-10-01")
