"""How the pages of an audit tell acts, papers and cells."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from proofline.evidence.provenance import EVERY_TABLE
from proofline.web.templatetags.telling import day, dollars, local, spoken

register = template.Library()

ACTS = {
    "patient.see": _("saw the patient"),
    "reading.see": _("saw readings"),
    "line.see": _("saw a line"),
    "look.see": _("asked who looked"),
    "packet.see": _("made a packet"),
    "practice.hand_over": _("handed all evidence over"),
    "cycle.sign_off": _("saw evidence to sign"),
    "claim.draft": _("drafted claims"),
    "claim.submit": _("sent a claim"),
    "claim.take.cms1500": _("took a CMS-1500"),
    "claim.take.preview": _("took a CMS-1500 to read"),
    "claim.take.charges": _("took charges as CSV"),
    "claim.take.superbill": _("took a superbill"),
    "remit.post": _("posted a remittance"),
    "remit.detach": _("took an answer off a line"),
    "claim.take": _("took claims along"),
    "line.hold": _("held a line"),
    "line.release": _("let a held line go"),
    "amendment.see": _("saw an amendment"),
    "amendment.settle": _("settled an amendment"),
    "figures.see": _("saw what is behind a figure"),
    "evidence.see": _("saw evidence"),
    "device.see": _("saw a device"),
    "patient.enrol": _("enrolled the patient"),
    "enrollment.complete": _("put papers on file"),
    "episode.end": _("ended the episode"),
    "consent.capture": _("took a consent down"),
    "consent.revoke": _("took down that a consent ended"),
    "device.pair": _("gave the patient a device"),
    "device.return": _("took a device back"),
    "device.unpair": _("said that a device was never with the patient"),
    "reading.take": _("took readings in"),
    "reading.review": _("reviewed readings"),
    "threshold.set": _("set limits"),
    "time.log": _("logged time"),
    "time.correct": _("corrected time"),
    "call.log": _("logged a call"),
    "call.join": _("joined a call and the telephone's record"),
    "alert.raise": _("raised an alert"),
    "alert.handle": _("looked after an alert"),
    "alert.take": _("took an alert on"),
    "alert.close": _("closed an alert"),
    "alert.reopen": _("opened an alert again"),
    "claim.ready": _("let claims be sent"),
    "consent.captured": _("took a consent down"),
    "decision": _("a decision"),
    "feed.add": _("opened a feed"),
    "feed.close": _("closed a feed"),
    "feed.grant": _("kept a vendor's token"),
    "feed.rotate": _("changed a feed's secret"),
    "file.keep": _("kept a file"),
    "file.found": _("named files that were kept before files were named"),
    "glass.break": _("looked in an emergency"),
    "glass.review": _("reviewed a look in an emergency"),
    "key.register": _("made a machine's key"),
    "key.revoke": _("took a machine's key away"),
    "key.rotate": _("changed a machine's key"),
    "line.draw": _("drew lines"),
    "line.ready": _("let claims be sent"),
    "line.submit": _("sent a claim"),
    "line.record": _("noted what came of lines"),
    "line.detach": _("took an answer off a line"),
    "line.correct": _("corrected a claim"),
    "amendment.keep": _("kept what lines rest on"),
    "amendment.propose": _("proposed an amendment"),
    "amendment.withdraw": _("withdrew an amendment"),
    "amendment.accept": _("accepted an amendment"),
    "amendment.decline": _("declined an amendment"),
    "line.appeal": _("appealed a line"),
    "line.give_up": _("gave a line up"),
    "message": _("a message"),
    "message.drop": _("dropped a message"),
    "message.release": _("read a message anew"),
    "papers.keep": _("kept a document for billing"),
    "practice.see": _("saw the practice's figures"),
    "practice.take_over": _("took evidence over"),
    "remit.aside": _("set an answer aside"),
    "subscription.make": _("had a system told"),
    "subscription.rotate": _("changed the keys that sign what a system is told"),
    "subscription.end": _("ended what a system is told"),
    "time.discard": _("let a timer go"),
    "time.withdraw": _("took time back"),
    "call.withdraw": _("took a call back"),
}
CENTS = frozenset({"charge", "paid", "total", "allowed", "unbalanced"})
"""What answers say in whole cents."""

ANSWERED = {"remittance": _("remittance"), "provider adjustment": _("provider adjustment")}
"""What an answer can be, beside the acknowledgments, which are called as X12 calls them."""

TABLES = {
    "enrollments": _("Enrollment"),
    "consents": _("Consent"),
    "assignments": _("Device given"),
    "devices": _("Device"),
    "coverages": _("Coverage"),
    "stays": _("Stay"),
    "sign_offs": _("Sign-off"),
    "time_entries": _("Time entries"),
    "interactions": _("Calls"),
    "readings": _("Readings"),
    "patients": _("Patient"),
    "decisions": _("Decisions"),
}


@register.filter
def acted(act: str) -> str:
    """Tell an act or the kind of an entry in words; one without words of its own by its name."""
    if act.startswith("evidence."):
        return table(act.removeprefix("evidence."))
    known = ACTS.get(act)
    return str(known) if known else spoken(act.replace(".", " "))


@register.filter
def table(name: str) -> str:
    """Tell a table of the evidence in words."""
    known = TABLES.get(name)
    return str(known) if known else spoken(name)


@register.filter
def cell(said: tuple[str, str, str], zone: str) -> str:
    """Tell a cell (table, column, text): days and instants as such, in a zone, else as words."""
    name, column, text = said
    kind = EVERY_TABLE[name].column(column).kind
    if kind == "instant":
        return local(text, zone)
    if kind == "date":
        return day(text)
    return gettext("yes") if text == "true" else spoken(text)


@register.filter
def answered(value: str, name: str) -> str:
    """Tell what an answer said under a name: cents as dollars, the rest as it came."""
    if name in CENTS and value.lstrip("-").isdecimal():
        return dollars(int(value))
    if name == "kind":
        return str(ANSWERED.get(value, value))
    if name == "paid_on":
        return day(value)
    if name == "adjustments":
        return ", ".join(map(_adjusted, value.split()))
    return value


def _adjusted(said: str) -> str:
    """Tell one adjustment, `CO-45:1680`, with its amount as dollars."""
    reason, _, cents = said.rpartition(":")
    return f"{reason} {dollars(int(cents))}" if cents.lstrip("-").isdecimal() else said
