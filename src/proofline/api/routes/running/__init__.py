"""Addresses of those who run the practice: figures, ways in, people."""
