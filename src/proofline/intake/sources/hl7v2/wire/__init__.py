"""What goes over a wire: messages in MLLP frames one way, their acknowledgements the other."""
