"""The door for machines, and for pages that ask by themselves: JSON, described by OpenAPI.

routes      every address with its scope, body and answer; each calls one function of the desk
doors       one request: who calls, what may they, what do they say, and the answer
callers     by a token, or by a signed-in session with its second factor
bodies      what is sent, read strictly; pages and cursors
answers     what a route found, as it is sent
repeating   what comes again with its Idempotency-Key
problems    the one shape of everything that is refused
described   /api/openapi.json, from the same routes
fhir        the evidence as FHIR R4 resources, to read
ingest      where machines send: webhooks of vendors, FHIR resources
"""
