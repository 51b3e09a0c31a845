"""The pages, a file each: which addresses it has, and which function of the desk each one calls."""
