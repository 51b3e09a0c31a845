"""The form of a request, read in one place, so that what cannot be read is answered by its door.

Django reads a form where it is first asked for, and answers what it cannot read with a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError

from proofline.api.problems import wrong

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

_UNREAD = (BadRequest, SuspiciousOperation, MultiPartParserError, UnicodeError, LookupError)


def form_of(request: HttpRequest) -> QueryDict:
    """Give the form of a request, empty where it has none.

    Errors: ApiError 413 for one that is too long, 400 for another charset than UTF-8 (RFC 1866 has
    none), more fields than are read, or parts that cannot be told apart.
    """
    try:
        return request.POST
    except RequestDataTooBig:
        raise wrong(413, "api.too_much", "The body is too long.", "Send it in parts.") from None
    except _UNREAD:
        said, cure = "The form cannot be read.", "Send it as UTF-8, with the fields that there are."
        raise wrong(400, "api.form", said, cure) from None
