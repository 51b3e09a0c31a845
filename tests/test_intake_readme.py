"""What the README of the intake room shows is what comes out, from the webhook to the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from at_the_terminal import follow, readme
from proofline import intake

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_the_readme_leads_from_a_webhook_to_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    follow(readme(intake))
