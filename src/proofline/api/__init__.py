"""The door for machines, and for pages that ask by themselves: JSON, described by OpenAPI.

routes      every address with its scope, body and answer; each calls one function of the desk
urls        the routes on django-ninja, which reads what they take and describes it
doors       before it: who calls, what may they, whose book is opened
callers     by a token, or by a signed-in session with its second factor
reading     what ninja reads for a route, and what is wrong with what cannot be read
bodies      what is sent, as types that are read strictly; cursors
answers     what a route found, as it is sent
repeating   what comes again with its Idempotency-Key
problems    the one shape of everything that is refused
described   /api/openapi.json: what ninja says of the routes, and what it does not know
fhir        the evidence as FHIR R4 resources, to read
ingest      where machines send: webhooks of vendors, FHIR resources
"""
