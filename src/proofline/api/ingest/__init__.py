"""The door for machines: webhooks of vendors, and FHIR.

A request goes limits (before a byte is read) > webhooks or fhir (whose is it) > writer (on the disk
with all that wait) > answers (the same bytes for the same message).
"""
