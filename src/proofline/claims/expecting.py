"""What a line should bring: by contract, else by Medicare's fee schedule, else unknown.

No locality on file gives the national amount; a practice of which it is not known whether it takes
part in a qualifying model, or a day without a loaded file, gives none.
"""

from __future__ import annotations

from msgspec import Struct

from proofline.claims.claim import Cents, ClaimLine, Coverage
from proofline.claims.fees.contracts import Contracts
from proofline.claims.fees.pricing import Asked, price
from proofline.claims.fees.shelf import Shelf
from proofline.claims.fees.trouble import FeesError
from proofline.claims.parties import MEDICARE
from proofline.claims.sheets.people import Row

_FACILITIES = "02 19 21 22 23 24 26 31 34 41 42 51 52 53 56 61"
FACILITIES = frozenset(_FACILITIES.split())
"""Places of service that are paid the facility amount.

Source: Medicare Claims Processing Manual, chapter 12, section 20.4.2.
"""


class Expecting(Struct, frozen=True):
    """Gives the allowed amount of a line, in cents, or None where nothing on file says it."""

    shelf: Shelf
    contracts: Contracts | None = None

    def __call__(self, line: ClaimLine, coverage: Coverage, practice: Row) -> Cents | None:
        """Price a line; contracts are held by the payer's identifier for claims."""
        takes_part = practice.get("qualifying_apm")
        if takes_part is None:
            return None
        asked = Asked(
            line.code,
            line.last_day,
            line.units,
            locality=practice.get("locality") or "",
            facility=line.place_of_service in FACILITIES,
            qp=takes_part,
        )
        try:
            if coverage.payer.kind == MEDICARE:
                return price(self.shelf, asked).allowed
            if self.contracts is not None:
                return self.contracts.price(self.shelf, coverage.payer.id, asked).allowed
        except FeesError:
            return None
        return None
