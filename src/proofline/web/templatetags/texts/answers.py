"""Why answers of payers wait, and where they speak otherwise of a line, marked to be told.

`claims.answers` and `claims.detaching` write it; a test holds these lists to what they write.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

UNMATCHED = (
    _("no claim and no line of the book has its numbers"),
    _("no claim of the book has its number"),
    _("it names neither our line nor a date"),
    _("the book has no line of this number (REF*6R)"),
    _("the claim that it names never carried the line that it names"),
    _("it names our line of %(base)s, but another code"),
    _("it pays a claim of several lines and does not say which"),
    _("several lines of the claim have its code and date"),
    _("no line of the claim has its code and date"),
    _("money was taken off the claim that is of no single line"),
    _("a person took it off line %(line)s, and only a person posts it again"),
)
"""Why no line is found for an answer."""

AGAINST = (
    _("it only says what would be paid"),
    _("this payer passed the claim on and did not decide it"),
    _("this line was never sent"),
    _(
        "it differs from what was posted under this trace and place, line or claim: %(paid)s was"
        " paid then, and an amended file takes the first back (22)"
    ),
    _("it pays another provider than the one that bills this line"),
    _("it takes back an answer that was taken back already"),
    _("it takes back an answer that was never posted"),
    _("it takes back more than was paid"),
    _("it takes %(paid)s and names no answer that it takes back"),
    _("it speaks of a charge of %(paid)s, and the line has %(charge)s"),
    _("it pays %(paid)s of %(charge)s charged, unexplained"),
    _(
        "with what this payer paid before it comes to %(paid)s of %(charge)s charged, and the"
        " first was not taken back"
    ),
    _("with what was paid before it comes to %(paid)s of %(charge)s charged"),
)
"""Why an answer is not posted to the line that was found."""

DIFFERING = (
    _("the payer answered for %(span)s, we billed %(billed)s: ask it which day it has on file"),
    _("the payer answered for %(named)s, we billed %(base)s: it changed the code (SVC06)"),
)
"""Where a posted answer speaks otherwise of its line than we billed it."""

ANSWERS = (*UNMATCHED, *AGAINST, *DIFFERING)

TO = _("%(day)s to %(until)s")
"""From one day to another."""

NEEDS = (
    _("one of %(words)s"),
    _(">= %(low)s and <= %(high)s"),
    _("%(low)s to %(high)s"),
    _("one unit for each complete %(n)s beyond %(low)s"),
)
"""Bounds of requirements as findings show them, and a count that is not settled."""

STRANGE = (
    _("file %(control)s of %(day)s"),
    _("file or set %(sets)s"),
    _("group %(control)s"),
    _("claim batch %(control)s"),
    _("claim %(control)s"),
)
"""What an acknowledgment is about, where nothing such was sent from here."""
