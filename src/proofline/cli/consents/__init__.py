"""Consent texts at the terminal, and the consents on file against the texts that they name."""
