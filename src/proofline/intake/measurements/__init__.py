"""What a source says of one measurement: what was measured, in what unit, when and how.

Decoders are written in these words; nothing here knows a source or the evidence folder.
"""
