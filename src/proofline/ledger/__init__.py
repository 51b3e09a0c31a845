"""Proof that nothing was changed: a Merkle tree of entries, signed heads, and who checks them."""
