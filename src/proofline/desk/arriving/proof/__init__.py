"""Whose a message is: schemes of vendors, Standard Webhooks, sealed secrets."""
