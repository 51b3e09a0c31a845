"""Telling other systems what happened: signed webhooks with ids only, until they have heard.

events      what there is to tell, and to whom; written in the transaction of what happened
signing     Standard Webhooks' signatures, by keys that are derived and kept nowhere
reaching    to an address that was looked up once and checked, and to no other
sending     one attempt for each job, the next one later
"""
