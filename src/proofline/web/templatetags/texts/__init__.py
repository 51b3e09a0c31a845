"""Whole texts of the core that are told in the reader's language, by what they are about."""
