"""Commands around the packet of a line."""
