"""What the evidence shows: one SQL model for each fact, told in the order of the story.

A model is a `.sql` file beside this one; it opens with what it means, its grain, its unit and its
rule, by the ids of docs/rules.md. The models read the staged evidence, the relations that say what
is asked (`asked`, `pages`, `line_kinds`, `code_families`, `rivals`) and each other, and are written
in the part of SQL that DuckDB and Spark share. `catalog.toml` names the facts on which a pack may
set a bound.
"""

from __future__ import annotations

from proofline.facts.catalog import Fact, catalog
from proofline.facts.story import STORY, Model, sql

__all__ = ["STORY", "Fact", "Model", "catalog", "sql"]
