"""`python -m proofline`: the command line, where its script is not on the path."""

from __future__ import annotations

from proofline.cli import main

main(prog_name="proofline")
