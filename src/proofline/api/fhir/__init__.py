"""The evidence as FHIR R4 resources, made from the rows as they are; nothing is kept twice.

ids          our ids as FHIR's, and back
resources    a row as Observation, Device, Consent or Provenance
audit        who saw whom, as AuditEvent
searching    what a search may ask for, and the page of what was found
routes       the addresses
capability   what this server can do
"""
