"""What stands over the rows of a message and holds for them: orders, heads and notes."""
