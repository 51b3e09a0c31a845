"""What readers of messages put into their troubles, and what is said before.

A detail that is not here is a name, a code or a count, or the words of a library, and stays as it
stands.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from proofline.web.templatetags.every_trouble import details

MEANINGS = (
    _("It is nested deeper than %(n)s."),
    _("It holds NUL characters."),
    _("An object names the same member twice."),
    _("Ask the sender to write JSON that has one meaning, and to send it anew."),
    _("A message with this id came before, with other bytes."),
    _("Send it under an id of its own; what came first is kept as it is, and so is this."),
)
"""What is said of a message before it is read: of its id, and of JSON with two meanings."""

DETAILS = frozenset(
    (
        _("(not said)"),
        _("a heartbeat"),
        _("a quote is not closed, or within a cell"),
        _("a summary of a day or more"),
        _("another kind"),
        _("another word"),
        _("where a device is"),
        _("neither a measurement nor a goal"),
        _("it is broken"),
        _("it holds another archive"),
        _("it was measured on a specimen"),
        _("its members overlap"),
        _("a member is not as large as it says"),
        _("it unpacks to more than Proofline takes"),
        _("its directory is not that of one plain .zip file"),
        _("neither JSON nor a notification"),
        _("none of its lists is in it"),
        _("one type twice in a group"),
        _("only .zip and .gz are opened"),
        _("Glucose of this specimen"),
        _("What `when` does not name"),
        _("What the body holds"),
        *details(),
    )
)
"""Details that are words."""
