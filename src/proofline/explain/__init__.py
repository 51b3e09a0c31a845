"""The same in words: what `decide` found, told to a person. It decides nothing."""
