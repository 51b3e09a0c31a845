"""The law as an officer reads it: the shelf, one page, two pages compared, and what they cite."""
