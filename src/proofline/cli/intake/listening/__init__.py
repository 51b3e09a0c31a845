"""`proofline intake listen`: HL7 v2 messages over MLLP, each kept before it is acknowledged.

Read in this order: command (options, and where it may listen) > server (wires, patience, stopping)
> keeper (one durable write for all that wait, then the answers).
"""

from __future__ import annotations

from proofline.cli.intake.listening.command import listen

__all__ = ["listen"]
