"""Moving in and out: a folder of the evidence contract into the book, and out of it again."""
