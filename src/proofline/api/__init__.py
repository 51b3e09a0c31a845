"""The door for machines: HTTP, one error shape, one description."""
