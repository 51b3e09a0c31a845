"""Counts over a whole practice, each by one question to the database: enrolments, hours, lines."""
