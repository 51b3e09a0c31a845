"""Tables as files that rows are added to, and how many rows find out whether they are new.

forms: reading a table as lines and adding lines to it, in CSV, NDJSON or Parquet. staged: rows that
wait, in memory or in a file. matching: which of very many are there already.
"""
