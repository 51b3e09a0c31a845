"""Everything that comes back: TA1, 999, 277CA and 835, each read whole or refused whole.

`acknowledgments` gives what became of what was sent (ta1, implementation, claim_status);
`remittance` what was paid and why not; `balance` whether an 835 adds up. parts cuts a file into
loops as they arrive, values reads single elements, departures tells what the guide wanted
otherwise where the money is clear all the same, meanings puts X12's code lists into words.

What a reader yields is no whole before it is exhausted: book nothing until it ends, because it
raises `X12Refused` where the trouble is.
"""
