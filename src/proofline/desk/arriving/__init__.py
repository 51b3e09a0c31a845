"""What machines send becomes evidence, once, or waits in quarantine where people see it.

Read in this order: messages (what is sent, what is answered) > decoding (bytes to rows) > evidence
(the book as a place that takes rows) > taking (all of it, as one act) > quarantine (release, drop)
> feeds (addresses and secrets) > proof (whose a message is) > fetching (what notices announce).
"""
