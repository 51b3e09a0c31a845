"""What is chosen: the texts of consents, the policies of the law's pages, and those of our own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from proofline.desk.arriving import feeds, silence
from proofline.desk.billing import signing
from proofline.desk.care import calling
from proofline.desk.hours import timing
from proofline.desk.people import glass
from proofline.desk.showing.rules.pages import slug_of
from proofline.desk.showing.rules.reading import Chosen, Citation, citation, law_page
from proofline.intake.measurements.bounds import BOUNDS
from proofline.intake.measurements.policy import Policy
from proofline.intake.measurements.preliminary import PRELIMINARY
from proofline.packs import shelf
from proofline.packs.consents.texts import ConsentText, texts
from proofline.packs.page import Page

OURS: dict[str, timedelta] = {
    "timer_idle": timing.IDLE,
    "typed_time_longest": timing.LONGEST,
    "call_record_near": calling.NEAR,
    "signature_fresh": signing.FRESH,
    "device_silent": silence.SILENT,
    "feed_silent": feeds.SILENT,
    "glass_open": glass.GLASS,
}
"""How long, for want of a source: policies of the service, not of the law."""


@dataclass(frozen=True, slots=True)
class TextShown:
    """A consent text, whether it may be read today, its law's page and what it rests on.

    `slug` and `effective` lead to the page of the law that it was written from.
    """

    text: ConsentText
    now: bool
    slug: str
    effective: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies of the page of one program that rules today."""

    page: Page
    slug: str
    chosen: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class OwnChoice:
    """A length of time that the service chose itself."""

    name: str
    length: timedelta

    @property
    def minutes(self) -> int:
        """The length in whole minutes."""
        return int(self.length.total_seconds()) // 60

    @property
    def hours(self) -> int:
        """The length in whole hours; 0 for what is shorter."""
        return self.minutes // 60


@dataclass(frozen=True, slots=True)
class PoliciesPage:
    """Every policy that holds today: of the law's pages by program, of the service, of intake."""

    programs: tuple[Policies, ...]
    ours: tuple[OwnChoice, ...]
    of_intake: tuple[Policy, ...] = (BOUNDS, PRELIMINARY)


def consent_texts(at: datetime) -> tuple[TextShown, ...]:
    """Give every text of a consent, by program, language and version."""
    today = at.date()
    found = []
    for one in texts().values():
        pack, _, effective = one.law.partition("/")
        cited = tuple(map(citation, one.citations))
        found.append(TextShown(one, one.in_force(today), slug_of(pack), effective, cited))
    return tuple(found)


def policies(at: datetime) -> PoliciesPage:
    """Give the policies that hold today."""
    own = tuple(OwnChoice(name, length) for name, length in OURS.items())
    names = sorted(shelf.packs(), key=lambda pack: (pack in shelf.payer_packs(), pack))
    return PoliciesPage(tuple(_policies(pack, at) for pack in names), own)


def _policies(pack: str, at: datetime) -> Policies:
    page = shelf.on(pack, at.date())
    found = law_page(pack, page.effective.isoformat())
    return Policies(page, found.slug, found.policies)
