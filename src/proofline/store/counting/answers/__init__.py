"""What payers answered, counted: what they refused, paid short, and what of it waits."""
