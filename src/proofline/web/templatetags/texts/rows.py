"""How the core says which rows of evidence changed, as pages tell it; tests read along.

The core writes one line for each row (`decide.snapshots`, `claims.amending.rows`) and keeps it in
English with its instants in UTC. Here stand the sentences, and the words for what a row is and for
the columns of which it says that they differ.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

KINDS = frozenset(
    (
        *(_("the enrollment"), _("reading"), _("time entry"), _("time claimed twice"), _("call")),
        *(_("consent"), _("device"), _("reported service"), _("stay"), _("enrollment beside")),
    )
)
"""What a row is called."""

COLUMNS = frozenset(
    (
        *(_("enrollment id"), _("patient id"), _("program"), _("time zone"), _("first day")),
        *(_("last day"), _("anchor day"), _("setup date"), _("setup performer id")),
        *(_("order date"), _("order kind"), _("ordering performer id"), _("diagnoses")),
        *(_("established on"), _("ever established"), _("established"), _("covid")),
        *(_("place of service"), _("billing performer id"), _("biller role")),
        *(_("biller bills em"), _("practice kind"), _("reading id"), _("local day")),
        *(_("measured at"), _("received at"), _("device id"), _("metric"), _("value")),
        *(_("value 2"), _("unit"), _("entry"), _("time quality"), _("ambiguous person")),
        *(_("test"), _("source"), _("source message id"), _("authenticity"), _("refused")),
        *(_("unsettled"), _("entry id"), _("from s"), _("to s"), _("performer id"), _("role")),
        *(_("activity"), _("supervision"), _("method"), _("entered at"), _("note"), _("kind")),
        *(_("interaction id"), _("started at"), _("ended at"), _("channel"), _("reached")),
        *(_("call record id"), _("consent id"), _("given at"), _("captured at")),
        *(_("captured by"), _("revoked at"), _("text version"), _("language"), _("modality")),
        *(_("cost share disclosed"), _("from date"), _("to date"), _("owner")),
        *(_("manufacturer"), _("model"), _("serial"), _("udi di"), _("fda basis")),
        *(_("fda reference"), _("service id"), _("code"), _("from day"), _("to day")),
        *(_("certain"), _("ours"), _("stay id"), _("practice id"), _("related")),
    )
)
"""The columns of which a row can say that they differ."""

BEYOND = (
    _("no row of this period changed that it is counted from: look at those beside it"),
    _("the rows of that day were not kept"),
)
"""What is said where there is no row to name."""

CAME = _("%(what)s came")
GONE = _("%(what)s is gone")
CHANGED = _("%(what)s changed: %(told)s")
DATED = _("%(what)s of %(day)s")
COUNTS = _("counts")
COUNTS_NOT = _("does not count (%(why)s)")
DIFFERS = _("%(name)s differs")
WAS = _("%(name)s was %(was)s, is %(now)s")
KNOWN = {
    "received": _("received %(at)s"),
    "captured": _("captured %(at)s"),
    "entered": _("entered %(at)s"),
}
NOTHING = {"unknown": _("unknown"), "nothing": _("nothing"), "not asked": _("not asked")}

TURNED = frozenset((_("outcome"), _("units"), _("service date"), _("pack")))
"""What of a decision can turn beside its requirements."""

OVER = _("the period was not over then")
OF_FACT = _("the fact %(name)s was %(was)s, is %(now)s")
NEEDS = _("the law: it needs %(was)s (%(then)s) then, %(needs)s (%(now)s) now%(cite)s")
NO_MORE = _("the law: it is no requirement of that page%(cite)s")
NEW = _("the law: it is a new requirement%(cite)s")
DECLARES = _("%(page)s declares why: %(why)s (%(cite)s)")
LEVELS = {"gate": _("gate"), "hold": _("hold"), "warn": _("warn")}

SHARED = frozenset(
    (
        *(_("device"), _("performer"), _("consent"), _("service"), _("stay"), _("time")),
        _("the same patient"),
    )
)
"""What two lines can share beside the requirement that turned."""
