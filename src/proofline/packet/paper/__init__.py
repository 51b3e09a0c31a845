"""The packet on paper: letter pages that are the same bytes on every machine."""
