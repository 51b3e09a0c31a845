"""What every page has: errors in the house style, both languages, a way past the header."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils.translation import override
from django.views import csrf, defaults

from made_up_people import PATIENT, with_patients
from made_up_practices import Practice
from proofline.packs import shelf
from proofline.store.models import Person
from proofline.web.templatetags.law import tells
from proofline.web.watching.freezing import WORDS, Frozen
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TEMPLATES = Path(__file__).parents[2] / "src" / "proofline" / "web" / "templates"
MARKED = "Made-up Mabel"
"""Words that somebody typed, and that no page of an error may hold."""


# Errors.


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (400, "The request was not understood"),
        (403, "This is not yours to open"),
        (404, "There is nothing here"),
        (500, "This is our mistake"),
    ],
)
@pytest.mark.django_db
def test_an_error_is_a_page_of_the_house_and_holds_nothing_of_what_was_asked(
    status: int, heading: str
) -> None:
    request = RequestFactory().get(f"/somewhere/{MARKED}/", {"q": MARKED})
    trouble = ValueError(MARKED)
    views = {400: defaults.bad_request, 403: defaults.permission_denied}
    made: HttpResponse = (
        defaults.server_error(request)
        if status == 500
        else views.get(status, defaults.page_not_found)(request, trouble)
    )
    page = made.content.decode()
    assert made.status_code == status
    assert f"<h1>{heading}</h1>" in page
    assert "house.css" in page
    assert MARKED not in page
    assert MARKED.replace(" ", "%20") not in page
    assert not INLINE.search(page)


@pytest.mark.django_db
def test_a_form_that_was_too_old_is_told() -> None:
    made = csrf.csrf_failure(RequestFactory().post("/search/", {"q": MARKED}))
    assert made.status_code == 403
    assert "The form was too old" in made.content.decode()
    assert MARKED not in made.content.decode()


def test_an_address_that_is_none_is_a_page_of_the_house(practice: Practice) -> None:
    assert practice.tenant_id
    answer = client_of("north-biller").get("/nowhere/")
    assert answer.status_code == 404
    assert "<h1>There is nothing here</h1>" in answer.content.decode()


@pytest.mark.slow
def test_too_many_attempts_are_told_in_the_house_style(practice: Practice) -> None:
    assert practice.tenant_id
    client, wrong = Client(), {"login": "north-biller", "password": "wrong"}
    answers = [client.post("/account/login/", wrong, REMOTE_ADDR="192.0.2.9") for _ in range(6)]
    assert answers[-1].status_code == 429
    assert "<h1>Too many attempts</h1>" in answers[-1].content.decode()


@pytest.mark.parametrize(
    ("accept", "language", "told"),
    [
        ("text/html,*/*;q=0.8", "en", "<h1>The service is read-only for now</h1>"),
        (
            "text/html,*/*;q=0.8",
            "es-US,es;q=0.9",
            "<h1>Por ahora el servicio es de solo lectura</h1>",
        ),
        ("application/json", "es", WORDS),
        ("", "en", WORDS),
    ],
)
def test_a_frozen_service_answers_people_with_a_page_and_machines_with_a_line(
    monkeypatch: pytest.MonkeyPatch, accept: str, language: str, told: str
) -> None:
    monkeypatch.setattr(settings, "READ_ONLY", True)
    headers = {"accept": accept, "accept-language": language}
    request = RequestFactory().post("/timer/stop/", {"q": MARKED}, headers=headers)
    answer = Frozen(_never)(request)
    assert answer.status_code == 503
    assert told in answer.content.decode()
    assert MARKED not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "where", "told"),
    [
        ("/ingest/tenovi/made-up", ("code",), "store.read_only"),
        ("/fhir/Observation", ("issue", 0, "code"), "transient"),
    ],
)
def test_a_frozen_service_tells_senders_in_their_shape_when_to_come_again(
    monkeypatch: pytest.MonkeyPatch, path: str, where: tuple[str | int, ...], told: str
) -> None:
    """As docs/sending.md says of 503: the same again after Retry-After."""
    monkeypatch.setattr(settings, "READ_ONLY", True)
    answer = Frozen(_never)(RequestFactory().post(path, b"{}", "application/json"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    found = json.loads(answer.content)
    for step in where:
        found = found[step]
    assert found == told


@pytest.mark.slow
@pytest.mark.parametrize(("who", "page"), [("coordinator", "/search/"), ("compliance", "/audit/")])
def test_a_patient_is_found_while_nothing_can_be_written(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, who: str, page: str
) -> None:
    """To look for somebody is posted, so that it stands in no address; it reads all the same."""
    with_patients(practice)
    client = client_of(f"north-{who}")
    monkeypatch.setattr(settings, "READ_ONLY", True)
    found = client.post(page, {"q": PATIENT}, follow=True)
    assert (found.status_code, PATIENT in found.content.decode()) == (200, True)
    assert client.post("/language/setlang/", {"language": "es"}).status_code == 302
    assert client.post("/timer/stop/").status_code == 503


def _never(request: HttpRequest) -> HttpResponse:
    raise AssertionError(request)


# Both languages.


@pytest.mark.slow
def test_the_language_is_chosen_and_stays(practice: Practice) -> None:
    assert practice.tenant_id
    client = client_of("north-owner")
    assert '<html lang="en">' in client.get("/settings/").content.decode()
    client.post("/language/setlang/", {"language": "es", "next": "/settings/"})
    page = client.get("/settings/").content.decode()
    assert '<html lang="es">' in page
    assert "<h1>Ajustes</h1>" in page
    assert "Saltar al contenido" in page
    client.post("/language/setlang/", {"language": "en", "next": "/settings/"})
    assert "<h1>Settings</h1>" in client.get("/settings/").content.decode()


@pytest.mark.slow
def test_dates_are_told_in_the_language_of_the_page(practice: Practice) -> None:
    assert practice.tenant_id
    person = Person.objects.get(username="north-biller")
    client = client_of("north-administrator")
    Person.objects.filter(pk=person.pk).update(last_login=datetime(2026, 1, 5, 9, 3, tzinfo=UTC))
    assert "5 Jan 2026, 09:03 UTC" in client.get("/settings/people/").content.decode()
    client.post("/language/setlang/", {"language": "es", "next": "/"})
    assert "5 Ene 2026, 09:03 UTC" in client.get("/settings/people/").content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_numbers_have_a_point_in_both_languages(language: str) -> None:
    """A comma in a coordinate makes two numbers of it, and the picture falls apart."""
    with override(language):
        drawn = Template('<rect x="{{ x }}"/>{{ many }}').render(Context({"x": 12.5, "many": 1234}))
    assert drawn == '<rect x="12.5"/>1234'


def test_the_law_and_its_cures_are_told_in_the_language_of_the_page() -> None:
    page = shelf.on("medicare-rpm", date(2026, 4, 20))
    asked = page.requirements["order_on_file"]
    for language, begins in (("en", asked.cure), ("es", "Archive la orden o la entrada del plan")):
        with override(language):
            assert tells(asked.cure).startswith(begins)
            assert tells("Made-up words of nobody.") == "Made-up words of nobody."
            assert (tells(""), tells(None)) == ("", "")


# The keyboard, and what is not there.


def test_the_first_thing_that_takes_the_focus_leads_past_the_header(practice: Practice) -> None:
    assert practice.tenant_id
    page = client_of("north-coordinator").get("/rules/").content.decode()
    body = page[page.index("<body") :]
    first = re.search(r"<(?:a|button|input|select|textarea|summary)\b[^>]*>", body)
    assert first is not None
    assert 'href="#content"' in first[0]
    assert '<main id="content"' in body


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_keys_orders_of_focus_or_scripts_of_its_own(path: Path) -> None:
    text = path.read_text("utf-8")
    plain = re.sub(r"{[%{].*?[%}]}", "", text, flags=re.DOTALL)
    assert "accesskey" not in text
    assert not re.search(r'tabindex="[1-9]', text)
    assert not INLINE.search(plain)
    assert "|safe" not in text
    assert "autoescape off" not in text


def test_a_search_that_asks_nothing_yet_says_what_to_ask(practice: Practice) -> None:
    assert practice.tenant_id
    client = client_of("north-coordinator")
    first = client.get("/search/").content.decode()
    assert "Nobody is found" not in first
    assert 'for="q"' in first
    nobody = client.post("/search/", {"q": "nobody at all"}, follow=True)
    assert "Nobody is found" in nobody.content.decode()


def test_what_is_looked_for_is_read_again_by_the_session_that_looked_and_no_other(
    practice: Practice,
) -> None:
    with_patients(practice)
    client = client_of("north-coordinator")
    sent_on = client.post("/search/", {"q": PATIENT})
    address = sent_on["Location"]
    assert sent_on.status_code == 302
    assert PATIENT not in address
    assert PATIENT in client.get(address).content.decode()
    assert PATIENT not in client_of("north-coordinator").get(address).content.decode()
    for other in (address.replace("gAAAA", "gAAAB"), "/search/?for=%C3%A9", "/search/?for="):
        assert PATIENT not in client.get(other).content.decode(), other


# What a browser keeps.


@pytest.mark.parametrize(
    "page", ["/today/", "/today/?csv=1", "/settings/", "/nowhere/", "/api/me", "/account/login/"]
)
def test_a_browser_keeps_nothing_of_any_answer(practice: Practice, page: str) -> None:
    """Kept without a word, a page comes again by Back when its session is over."""
    assert practice.tenant_id
    assert "no-store" in client_of("north-coordinator").get(page).headers["Cache-Control"]


@pytest.mark.usefixtures("practice")
def test_who_signs_out_leaves_nothing_with_the_browser() -> None:
    client = client_of("north-coordinator")
    assert "Clear-Site-Data" not in client.get("/account/logout/").headers
    out = client.post("/account/logout/")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    said = re.search("htmx-config\" content='([^']+)'", client.get("/nowhere/").content.decode())
    assert said is not None
    assert json.loads(said[1])["historyCacheSize"] == 0, "it would keep pages as sessionStorage"
