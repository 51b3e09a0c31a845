"""What does not fit of a consent, as an auditor would ask, and what a text of one has to tell of.

A test holds this list to what `packs.consents.checking` writes.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

REMARKS = (
    _("no version of a text is named"),
    _("version %(id)s is not on file"),
    _("%(id)s is the text of %(program)s, the consent is to %(other)s"),
    _("given on %(day)s, and %(id)s is in force from %(until)s"),
    _("given on %(day)s, and %(id)s was in force until %(until)s"),
    _("no language on file; %(id)s is in %(language)s"),
    _("the language on file is %(language)s, %(id)s is in %(second)s"),
    _("%(id)s does not tell of %(about)s (%(cite)s)"),
    _("the cost share is said to be disclosed, and %(id)s does not tell of it"),
    _("the cost share is said not to be disclosed, though %(id)s tells of it"),
    _("whether the cost share was disclosed is not on file"),
    _("when it was captured is not on file"),
    _("captured on %(day)s, before it was given on %(until)s"),
    _(
        "given on %(day)s, captured %(n)s days later on %(until)s; %(high)s days are allowed"
        " without question"
    ),
)

ABOUT = frozenset(
    (
        *(_("the service"), _("the cost share"), _("one practitioner"), _("one kind")),
        *(_("the right to stop"), _("data sharing"), _("specialists"), _("own use")),
        *(_("emergencies"), _("the question for consent")),
    )
)
"""What a paragraph of a text tells of, in words."""

OF_ABOUT = {
    "service": "the service",
    "cost_share": "the cost share",
    "one_practitioner": "one practitioner",
    "one_kind": "one kind",
    "right_to_stop": "the right to stop",
    "data_sharing": "data sharing",
    "specialists": "specialists",
    "own_use": "own use",
    "not_emergency": "emergencies",
    "asked": "the question for consent",
}
