"""What the law says: one page of data per program and date, and the code that reads it.

`shelf` finds pages, `page` is what they say, `check` holds them to their guards, `examples` reads
the worked examples beside them. README.md in this folder is for the people who own the rules.
"""
