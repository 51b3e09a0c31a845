"""The log in a database: its tables, appending to them, taking rows of evidence in."""
