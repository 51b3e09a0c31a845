"""Where a payer speaks of a line otherwise than we billed it, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from proofline.claims.answers.matching import differing


def told_otherwise(detail: Mapping[str, str]) -> tuple[str, ...]:
    """Say each difference of a posted answer, and what to do about it."""
    words = {
        "day": _(
            "the payer answered for %(told)s, we billed %(ours)s: ask it which day it has on file"
        ),
        "code": _(
            "the payer answered for %(told)s, we billed %(ours)s: it changed the code (SVC06)"
        ),
    }
    return tuple(
        words[which] % {"told": told, "ours": ours} for which, told, ours in differing(detail)
    )
