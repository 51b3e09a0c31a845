"""What goes wrong with fees, always said with the file, its line and column, and the cure."""

from __future__ import annotations

from proofline.errors import ProoflineError


class FeesError(ProoflineError):
    """A fee file that cannot be used, or a price that nothing loaded can answer for."""


def bad_file(
    file: str, why: str, cure: str, *, line: int | None = None, column: str = ""
) -> FeesError:
    """Make the error of a file that is not what it should be; nothing of it was taken.

    It says where: the file by its name, the line counted from 1, the column by its heading.
    """
    where = file + (f", line {line}" if line else "") + (f", column {column}" if column else "")
    return FeesError("fees.file", f"{where}: {why}", cure)
