"""To the payer and back: decisions become claim lines, and answers come back to what they question.

Read downwards: claim (what is asked to be paid) > drawing (billable decisions become lines, lines
claims) > fees (what each should bring) > edits (what must be mended before sending) > out (837P and
the other forms) > back (acknowledgments and remittances) > answers (what a denial means here, and
which evidence answers it). `x12` is the envelope that both ways share. No network, no clock: days,
control numbers and files are given by the caller.
"""
