"""What the books of the core do not take, and pages of the law that there are not.

A test reads what the core writes and names what is neither here nor for operators alone.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

ACTS = (
    _("Say who, and when."),
    _("Say why; it is kept."),
    _("An act in the book needs somebody who does it and an instant with its offset."),
    _("An act needs somebody who does it and an instant with its offset."),
    _("To %(act)s needs a reason."),
    _(
        "The decisions are of %(until)s; the book was drawn from those of %(day)s. What"
        " became known since would be forgotten."
    ),
    _(
        "The decisions are of a day that nobody said; the book was drawn from those of"
        " %(day)s. What became known since would be forgotten."
    ),
    _("The book has no claim %(id)s."),
    _("Only %(states)s lines go so far."),
    _("The book has a claim %(id)s already."),
    _("Give the next attempt a claim id of its own."),
    _("Look at its story."),
    _("Replace or void the claim where the payer takes that; else ask for a reopening."),
    _("Release it, with a reason."),
    _("See its story; a line is sent again only after it was rejected or corrected."),
    _("Say why the line is given up."),
    _("Say what was wrong."),
    _("Say on which ground."),
    _("Line %(id)s is not in the book."),
    _("Line %(id)s is %(state)s and cannot become %(became)s."),
    _("Line %(id)s is not made %(became)s by an answer."),
    _("Line %(id)s is held."),
    _("Line %(id)s cannot become %(became)s without a reason."),
    _("Line %(id)s is not there to hold."),
    _("Line %(id)s is not there to release."),
    _("Line %(id)s is of a day to come."),
    _("Line %(id)s was drawn into another claim."),
    _("Line %(id)s is %(state)s."),
    _("Line %(id)s was paid meanwhile; to send it anew would bill it twice."),
    _("Line %(id)s is %(state)s; a new claim would be its duplicate."),
    _("Line %(id)s was never adjudicated."),
    _("Line %(id)s was never sent."),
    _("Hold it, with a reason."),
    _("Give its correction up: it stands again as the payer answered it."),
    _("No remittance was posted to line %(id)s; it is %(state)s."),
    _("The decision is not that of line %(id)s."),
    _("Take its own."),
    _("The book has no line %(id)s."),
    _("The book has no line of that id."),
    _("No answer of that key waits: it was posted or set aside, or never came."),
    _("What the payer before made of line %(id)s cannot be told on: no remittance stands for it."),
    _(
        "What the payer before made of line %(id)s cannot be told on: its claim was"
        " answered as a whole, not line by line."
    ),
    _(
        "What the payer before made of line %(id)s cannot be told on: its answers make"
        " up %(n)s cents of %(high)s."
    ),
    _(
        "What the payer before made of these lines cannot be told on: no line, or"
        " several payers, answered first."
    ),
    _("These lines are of %(n)s claims; a correction is of one."),
    _("Correct one claim after the other."),
    _(
        "Not all lines of claim %(id)s that are to be corrected are drawn from these"
        " decisions into one claim."
    ),
    _("This payer is not known to take a replacement (CLM05-3 = %(n)s)."),
    _("This payer is not known to take a void (CLM05-3 = %(n)s)."),
    _("Ask for a reopening, or send a new claim for lines that were denied as unprocessable."),
    _("There is no replacement without the payer's claim number."),
    _("There is no void without the payer's claim number."),
    _("Take it from the remittance (CLP07) or the claim status."),
    _("No answer of that key stands on a line to which a person attached it."),
    _("Only what was attached by hand is taken off by hand; the payer takes back the rest."),
    _("The payer took the answer %(id)s back, and that was posted to line %(line)s."),
    _("Where its reversal was attached by hand too, take that off the line first."),
    _(
        "Claim %(id)s cannot go on to the next payer: the answer speaks of other lines"
        " than the claim has."
    ),
    _(
        "Claim %(id)s cannot go on to the next payer: an earlier payer answered the"
        " claim as a whole."
    ),
    _("Send all of its lines on together, after the remittance for each was posted."),
    _("Claim %(id)s has no payer who is to be asked after this one."),
    _("Put the patient's other coverage on file with its place in the order (S, T)."),
    _("Entry %(n)s of the book of lines is not what was written."),
    _("Verify the book, and restore it from a backup."),
)
"""Acts that the book of lines, or that of amendments, does not take."""

AMENDING = (
    _("There is no amendment %(id)s."),
    _("There is no overpayment %(id)s."),
    _("Amendment %(id)s is %(state)s."),
    _("What was decided stays; find again if something changed since."),
    _("Case %(id)s is settled."),
    _("There is no clock left to stop."),
    _("Case %(id)s cannot be suspended: the rule of %(day)s knows no suspension."),
    _("It is due on %(day)s."),
    _("Case %(id)s cannot be suspended from %(day)s."),
    _("The clock runs from %(day)s to %(until)s."),
    _("Case %(id)s cannot be suspended until %(day)s."),
    _("Name a later day than its first, and none after %(day)s."),
    _("Case %(id)s is suspended for these days already."),
    _("Case %(id)s is not suspended on %(day)s."),
    _("Case %(id)s takes an amount above zero, on no day before it was identified."),
    _("It was identified on %(day)s."),
    _("Case %(id)s would be returned %(sum)s of %(most)s that were paid too much."),
    _("Returned is never more than what was paid; look at the amount."),
    _("Case %(id)s owes %(sum)s, and %(most)s would be returned."),
    _("Case %(id)s was identified on %(day)s."),
    _("Only an earlier day may be named."),
    _("found no more: the line stands again on the evidence that was looked at last"),
)
"""What cases of overpayments and proposals to amend do not take."""

WAYS = (
    _("timely filing ended on %(day)s; nothing more can be claimed"),
    _("nothing to send: what was billed stands"),
    _("settle what it waits for, then find again"),
    _("draft again: the line is new, and becomes a claim of its own"),
    _("a replacement (7) of claim %(number)s"),
    _("a replacement (7) of claim %(number)s without this line"),
    _("a void (8) of claim %(number)s"),
    _("a void (8) of claim %(number)s; then draft again for %(code)s"),
    _(
        "ask the payer for a reopening of claim %(number)s: it is not known to take a"
        " replacement (7) or a void (8), and a new claim would be a duplicate"
    ),
    _(
        "another line of claim %(number)s went on to a later claim: a replacement (7) would ask for"
        " it twice, so ask the payer for a reopening of this line"
    ),
    _("(its number is not known yet: wait for the answer)"),
)
"""What follows from accepting an amendment."""

LAW = (
    _("There is no rule pack %(pack)s."),
    _("There are: %(names)s."),
    _("%(pack)s has no page %(day)s."),
    _("Its pages: %(days)s."),
    _("%(pack)s has no law on file for %(day)s."),
    _("Its first page is %(day)s; earlier services cannot be decided."),
    _("No pack decides %(pack)s."),
    _("No rule on repayment is on file for %(day)s."),
    _("The first is of %(day)s; ask counsel about earlier days."),
    _("There is no consent text %(pack)s."),
    _("There is no period %(words)s."),
    _("Nothing is decided as of a day after %(day)s."),
    _("Name an earlier day; the clocks and the calendar on file end with 2049."),
)
"""Pages of the law and texts of consents that there are not."""

KEPT = (
    _("The service is read-only for now; nothing was written."),
    _("Try again when the freeze is over; the administrator knows when."),
    _("Rows cannot be withdrawn without a reason."),
    _("Say why they are a mistake."),
    _("A row cannot be kept: the table %(name)s has no column %(column)s."),
    _("A row cannot be kept: the table %(name)s needs a %(column)s."),
    _("See docs/facts.md for the columns of every table."),
    _("There is nothing under this address that you can see."),
    _("Check the address, or ask your administrator for access."),
    _("There is an account of this name."),
    _("Choose another name."),
    _("The password cannot be used. %(said)s"),
    _("Choose a longer one, such as four words that have nothing to do with each other."),
)
"""What the store does not keep, show or let somebody do."""

BOOKS = (*ACTS, *AMENDING, *WAYS, *LAW, *KEPT)
