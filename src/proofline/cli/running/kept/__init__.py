"""The book kept safe: proved, copied and put back, and the keys that lie beside it."""
