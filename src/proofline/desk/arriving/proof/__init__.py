"""Whose a message is: schemes of vendors, Standard Webhooks by the specification, sealed secrets."""
