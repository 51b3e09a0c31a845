"""What each kind of payer wants of a claim; the data stand with their sources in `packs/payers`."""
