"""One module or folder for each kind of source, found by its name; to add one is to add a file.

A module tells in its docstring what it reads, on whose word, and what that source never says. It
has `TITLE`, a few words for people; `SHAPES`, the fields of its JSON, so that others are noticed;
`ASKS`, the options that only it needs; and one of two verbs:

    decode(payload, options) -> Iterator[Measurement | Trouble]

a pure function from bytes to measurements, with no clock, no network and nothing that raises for
the content of the bytes; or, for a source that also tells of patients, devices and consents,

    take_in(paths, into, …) -> Report

with `told(payload) -> Iterator[CleanRow | Trouble]`, the same of one payload, writing nothing.

A source of tables that may be larger than memory has a third verb beside `decode`. It says how many
of the bytes at the beginning of a file stand before its first row, so that each piece gets them:

    heading(beginning, *, options) -> int
"""
