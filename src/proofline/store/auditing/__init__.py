"""What signing and auditing ask of the book: decisions as they came, who added what, the ledger."""
