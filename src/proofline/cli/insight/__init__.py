"""What is coming and what was missed, on a terminal."""
