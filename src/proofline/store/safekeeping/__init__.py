"""That the book stays what it was: what the database must promise, proof, signed heads, copies.

floors      what has to hold before the service runs
verifying   every row held against the ledger entry that vouches for it
unpacking   kept bytes read again, what is damaged told with its place
heads       checkpoints: signed heads of the ledger, outside of the database
sealed      a stream of bytes encrypted to a key that lies elsewhere
copying     the whole book as a stream of bytes, and back into an empty database
"""
