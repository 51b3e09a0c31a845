"""Amendments and overpayments at the terminal: what was billed, and what stands today."""
