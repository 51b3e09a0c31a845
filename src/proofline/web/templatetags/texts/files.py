"""What is wrong with files that people bring: of payers, of the practice, of vendors.

The core writes it in English, for terminals too; a test reads what it writes and names what is
neither here nor for operators alone.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

READING = (
    _("It is a ZIP archive."),
    _("Unpack it, and give what is in it."),
    _("It is packed with gzip."),
    _("It is written in UTF-16."),
    _("Save it as plain text (ASCII), as the payer sent it."),
    _("It is a PDF."),
    _("Ask the payer for the X12 file behind it (835, 999, 277CA)."),
    _("It is a page of HTML or XML."),
    _("Its tags are in small letters."),
    _("Ask the sender for the file as the payer wrote it."),
    _("Ask the sender for the file anew, and keep it from being opened in an editor."),
    _("Ask the sender for the file anew."),
    _("Keep the file aside and ask the sender for it anew."),
    _("Nothing of the file was taken. Ask the sender for it anew."),
    _("Nothing of the file was taken. Keep it, and ask the sender for a right one."),
    _("The file is larger than %(n)s MiB."),
    _("Ask the sender to split it."),
    _("Give a file of X12 interchanges."),
    _("The file is empty."),
    _("The file does not begin with an ISA segment."),
    _("The file does not begin with an ISA segment. %(reason)s"),
    _("The file ends before the interchange is closed by its IEA."),
    _("The ISA segment is cut off."),
    _("An ISA has %(n)s characters in this element, filled up with spaces."),
    _("The delimiters are not four different characters that are no letter or digit."),
    _("What stands here is no segment: it has no tag of two or three capitals or digits."),
    _("The segment has more than %(n)s elements."),
    _("The segment is longer than %(n)s bytes."),
    _("The element has a line end or another control character in it."),
    _("The file ends within this segment, or something stands after the last one."),
    _("It must be a whole number."),
    _("It must say whether the file is a test (T) or in earnest (P)."),
    _("The guide named by the ST is not the one named by its GS."),
    _("It stands outside of any interchange, which only an ISA opens."),
    _(
        "The %(tag)s of segment %(n)s is not closed before it by its %(other)s, or what"
        " it belongs to was not opened."
    ),
    _("It stands in the %(tag)s of segment %(n)s, but in no set."),
    _("It is blank."),
    _("The control number was used before in this file."),
    _("It says that it closes another number than the %(n)s that are there."),
    _("The control number is not that of what it closes."),
    _("A functional group without a transaction set says nothing."),
    _("An interchange with nothing inside says nothing."),
    _("It must be a qualifier of two characters and a code, parted as the ISA declares."),
    _("It must be a qualifier and a code, parted as the ISA declares."),
    _("It must be a category and a code, parted as the ISA declares."),
    _("The level stands below none of the kind that it belongs to."),
    _("Two levels have this number."),
    _("The level names another one above it than that which it stands below."),
    _("The position of the element must be a number."),
    _("This is a claim file (837), which is what was sent and not an answer to it."),
    _("The guide has no such segment here."),
    _("The guide requires a %(tag)s in the loop that begins or ends here."),
    _("It is not of guide %(guides)s."),
    _("Ask the sender for the 005010 guide of HIPAA."),
    _("Only %(words)s can be read here."),
    _("The loop has more than %(n)s segments."),
    _("A group of %(tag)s is called %(other)s."),
    _("The payment is not in US dollars."),
    _("Book it by hand, at the bank's rate."),
    _("The guide has no payment below zero."),
    _("It gives no reason."),
    _("A day of the calendar must stand here, written as YYMMDD."),
    _("A day of the calendar must stand here, written as CCYYMMDD."),
    _("A number must stand here, with digits, a point and a minus only."),
    _("The guide requires this."),
    _("The guide has %(n)s elements here, and what stands behind them is money unread."),
    _("The amount has a fraction of a cent."),
    _("The guide has no such code here."),
    _("The file says of itself that it is a test (ISA15 = T); it moves no money."),
    _("The file says of itself that it is a test (ISA15 = T); it accepts no claim."),
    _("Ask the payer for the production file."),
)
"""What is wrong with a payer's file, or any other of X12, and what to do."""

PLACES_OF = (
    _("Byte %(n)s: %(reason)s"),
    _("Segment %(n)s, byte %(low)s: %(reason)s"),
    _("Segment %(n)s, element %(high)s, byte %(low)s: %(reason)s"),
    _("Segment %(n)s (%(tag)s), byte %(low)s: %(reason)s"),
    _("Segment %(n)s (%(tag)s), element %(high)s, byte %(low)s: %(reason)s"),
)
"""Where in a file of X12; what is said of the place follows it."""

SHEETS = (
    _("Give a CSV file with the columns code, charge (such as 120.00) and perhaps from_date."),
    _("The charge list %(file)s: it is no text in UTF-8: save it as CSV UTF-8."),
    _("The charge list %(file)s: it cannot be read (%(error)s)."),
    _("The charge list %(file)s: it is empty."),
    _("The charge list %(file)s: it has semicolons between its columns: save it with commas."),
    _("The charge list %(file)s: it lacks the column %(column)s."),
    _("%(file)s, line %(n)s: %(code)s has two charges from one day."),
    _("%(file)s, line %(n)s is no line of CSV."),
    _("%(file)s, line %(n)s: code or charge is missing, or no amount like 120.00."),
    _("%(file)s, line %(n)s: from_date is no day like 2026-01-01."),
    _("%(file)s cannot be used as a directory (%(error)s)."),
    _(
        "Write tables [payer.ID], [practitioner.ID] and [practice.ID]; docs/claims.md"
        " names their keys."
    ),
    _("Keys of both: id, name, qualifier, application, number."),
    _("Of [sender]: contact, phone."),
    _("%(file)s: [%(name)s] has no key %(column)s."),
    _("%(file)s: there is no table [%(name)s]."),
    _("%(file)s cannot be used: %(error)s."),
    _("Mend the file: payer, codes, from, and either percent or cents."),
    _("%(file)s: it cannot be read."),
    _("Check path and rights."),
    _("%(file)s: it is no text in UTF-8."),
    _("%(file)s: rate %(n)s has not just one of percent and cents."),
    _("%(file)s: rate %(n)s names no codes, or ends before it begins."),
    _("%(file)s: rate %(n)s has an amount that cannot be."),
    _("%(file)s: rate %(n)s and rate %(low)s speak for the same payer, code and day."),
    _("%(file)s, line %(n)s: it is no file of facts as written."),
    _("There is no intake for this kind of source."),
    _("Known are: %(names)s."),
    _("Did you mean %(name)s? Known are: %(names)s."),
    _("The mapping cannot be used: %(error)s."),
    _("A CSV file of no known vendor says nothing without a mapping of its columns."),
    _("Line %(n)s of the call records cannot be read."),
    _("Each has record_id, number and started_at, this with its offset."),
)
"""What is wrong with a paper of the practice: charges, directory, contracts, ends, fees."""

FILES = (*READING, *PLACES_OF, *SHEETS)
