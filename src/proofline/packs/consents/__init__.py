"""What is read to a patient before agreeing: one frozen text per program, language and version.

`texts` finds them, `text_of` gives one. README.md in this folder is for those who write them.
"""
