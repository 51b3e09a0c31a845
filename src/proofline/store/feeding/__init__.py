"""What machines feed in: by which addresses, and how their rows meet those that are there."""
