"""What leaves the machine sealed: streams that only the holder of a key opens, and keys in one."""
