"""What a line should bring: by contract, else by Medicare's fee schedule, else unknown.

Which places of service are paid the facility amount stands in `packs/payers`, for contracts that
follow the fee schedule too. No locality on file gives the national amount; a practice of which it
is not known whether it takes part in a qualifying model, or a day without a loaded file, gives
none.
"""

from __future__ import annotations

from msgspec import Struct

from proofline.claims.claim import Cents, ClaimLine, Coverage
from proofline.claims.fees.contracts import Contracts
from proofline.claims.fees.pricing import Asked, price
from proofline.claims.fees.shelf import Shelf
from proofline.claims.fees.trouble import FeesError
from proofline.claims.parties import MEDICARE
from proofline.claims.payers.terms import terms_of
from proofline.claims.sheets.people import Row


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
            facility=line.place_of_service in terms_of(MEDICARE).facility_places,
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
