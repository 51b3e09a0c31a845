"""What each kind of payer wants of a claim, as data: one TOML file for each kind, with its sources.

A practice whose payer differs says so in its directory (see `sheets.directory`), not here.
"""
