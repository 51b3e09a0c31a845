"""The commands for what machines send to the book: feeds, quarantine, files dropped, MLLP."""
