"""What a line should bring: by contract, else by Medicare's fee schedule, else unknown.

Which places of service are paid the facility amount stands in `packs/payers`, for contracts that
follow the fee schedule too. No locality on file gives the national amount; a practice of which it
is not known whether it takes part in a qualifying model, or a day without a loaded file, gives
none. What is still to come may be priced `ahead`: by the latest file of the year, and said to be.
"""

from __future__ import annotations

from datetime import date

import msgspec
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
    """Gives the allowed amount of a line, in cents, or None where nothing on file says it.

    `ahead` is for forecasts only: where no relative values are loaded for a day, Medicare's amount
    is that of the latest release of the same year (`stands_in`).
    """

    shelf: Shelf
    contracts: Contracts | None = None
    ahead: bool = False

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
                told = msgspec.structs.replace(asked, on=self.stands_in(asked.on) or asked.on)
                return price(self.shelf, told).allowed
            if self.contracts is not None:
                return self.contracts.price(self.shelf, coverage.payer.id, asked).allowed
        except FeesError:
            return None
        return None

    def for_forecasts(self) -> Expecting:
        """Price what is still to come as well."""
        return msgspec.structs.replace(self, ahead=True)

    def stands_in(self, on: date) -> date | None:
        """Give the last day of the release taken in the place of a day's own; None: not needed."""
        return self.shelf.last_release(on) if self.ahead and not self.shelf.speaks(on) else None
