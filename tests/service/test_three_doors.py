"""One function for each act, at three doors: pages, API and terminal call the same of the desk.

Which functions a door reaches is read from its code: what it names of the desk, and what that names
in turn. A function that writes opens an act of the book; what a role may is asked by its name.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType

from proofline.api.routes import ROUTES
from proofline.desk.roles import acts
from proofline.site.acting.naming import at_the_terminal
from proofline.web import pages

ELSEWHERE: dict[str, dict[str, str]] = {
    "pages": {
        "practice.take_over": "a folder on the machine itself: `proofline take-over`",
        "practice.hand_over": "a folder on the machine itself: `proofline hand-over`",
        "device.see": "devices are shown with their patients, or as silent, by what sees those",
        "feed.see": "feeds are shown to those who may release what waits in them",
    },
    "api": {
        "practice.take_over": "a folder on the machine itself: `proofline take-over`",
        "practice.hand_over": "a folder on the machine itself: `proofline hand-over`",
        "evidence.see": "rows as they are kept, table by table: /admin/",
    },
    "terminal": {
        "person.manage": "an operator would do it as somebody: Settings, `proofline people let-in`",
        "role.manage": "the same: it gives what an account that is believed here does not have",
        "glass.break": "the same: whoever has the emergency signs in",
        "evidence.see": "rows as they are kept, table by table: /admin/",
    },
}
"""What people do at other doors only, and why."""

AT_NO_PAGE = {
    "proofline.desk.arriving.silence:close_feed_alert": "feeds tell silence themselves there",
}
"""What is written by the API and by no page."""

OWN_COMMANDS = {"practice.take_over", "practice.hand_over"}
"""Acts that have a command of their own at the terminal, and no address."""


def by_people() -> set[str]:
    """Acts that somebody does who is no machine of ours."""
    return {name for name, roles in acts().items() if roles - {"machine"}}


def of_pages() -> Iterator[FunctionType]:
    """Yield every view of the pages, without what is wrapped around it."""
    for one in pkgutil.walk_packages(pages.__path__, f"{pages.__name__}."):
        for found in vars(importlib.import_module(one.name)).values():
            bare = inspect.unwrap(found) if callable(found) else None
            if isinstance(bare, FunctionType):
                yield bare


def of_routes() -> Iterator[FunctionType]:
    for one in ROUTES:
        assert one.fhir or isinstance(one.do, FunctionType), one.name
        if isinstance(one.do, FunctionType):
            yield one.do


def reached(begin: Iterable[FunctionType]) -> set[FunctionType]:
    """Give all functions of pages, API and desk that some of them name, and those in turn."""
    found: set[FunctionType] = set()
    left = list(begin)
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += named_by(one)
    return found


@cache
def named_by(one: FunctionType) -> list[FunctionType]:
    names = words(one.__code__)[0]
    known = [one.__globals__[name] for name in names if name in one.__globals__]
    rooms = [each for each in known if isinstance(each, ModuleType)]
    known += [vars(room)[name] for room in rooms for name in names if name in vars(room)]
    bare = [inspect.unwrap(each) for each in known if callable(each)]
    ours = ("proofline.desk", "proofline.api.routes", "proofline.web.pages")
    return [
        each for each in bare if isinstance(each, FunctionType) and each.__module__.startswith(ours)
    ]


@cache
def words(code: CodeType) -> tuple[frozenset[str], frozenset[str]]:
    """Give the names and the texts of code, and of what is defined within it."""
    within = [words(one) for one in code.co_consts if isinstance(one, CodeType)]
    texts = {
        text
        for one in code.co_consts
        for text in (one if isinstance(one, tuple) else (one,))
        if isinstance(text, str)
    }
    names = frozenset(code.co_names).union(*(one for one, _ in within))
    return names, frozenset(texts).union(*(one for _, one in within))


def asked(functions: Iterable[FunctionType]) -> set[str]:
    """The acts by whose name functions ask whether a role may."""
    found = set()
    for one in functions:
        names, texts = words(one.__code__)
        held = [one.__globals__.get(name) for name in names if name.isupper()]
        found |= {each for each in (*texts, *held) if isinstance(each, str) and each in acts()}
    return found


def writing(functions: Iterable[FunctionType]) -> set[str]:
    """The functions of the desk that open an act of the book."""
    return {
        f"{one.__module__}:{one.__qualname__}"
        for one in functions
        if one.__module__.startswith("proofline.desk") and "book.act(" in inspect.getsource(one)
    }


def test_every_act_of_people_is_at_the_pages() -> None:
    lacking = by_people() - asked(reached(of_pages())) - {"evidence.see"}  # /admin/
    assert lacking == set(ELSEWHERE["pages"])


def test_every_act_of_people_is_at_the_api() -> None:
    assert by_people() - {one.act for one in ROUTES} == set(ELSEWHERE["api"])
    assert {one.act for one in ROUTES} - {""} <= asked(reached(of_routes())) | {"look.see"}


def test_every_act_of_people_is_at_the_terminal() -> None:
    there = {one.act for one in at_the_terminal().values()} | OWN_COMMANDS
    assert by_people() - there == set(ELSEWHERE["terminal"])


def test_every_address_is_an_act_at_the_terminal() -> None:
    assert {one.name for one in at_the_terminal().values()} == {
        one.name for one in ROUTES if not one.form and one.act not in ELSEWHERE["terminal"]
    }


def test_what_pages_write_the_api_writes_by_the_same_functions() -> None:
    by_pages, by_routes = writing(reached(of_pages())), writing(reached(of_routes()))
    assert len(by_pages) > 40
    assert by_pages - by_routes == set()
    assert by_routes - by_pages == set(AT_NO_PAGE)
