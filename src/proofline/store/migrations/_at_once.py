"""Steps of a migration that are taken at once: what they change is worked out one time for all.

Django works out every model anew that is linked with one that a step names, before each step; ours
are all linked by their practice. On an empty book that took longer than to decide a year of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


class AtOnce(Operation):
    """Steps of which none needs to see what an earlier one did to the same table's columns.

    New models, indexes, and new columns that may be blank are such; what SQLite would make a table
    anew for is not.
    """

    def __init__(self, steps: Iterable[Operation]) -> None:
        """Take the steps, in their order."""
        self.steps = [*steps]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Take the steps in the books only; models are worked out when they are asked for next."""
        vars(state).pop("apps", None)
        for step in self.steps:
            step.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the steps in the database, between what was before all and what is after all."""
        for step in self.steps:
            step.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the steps back in the database, the last one first."""
        for step in reversed(self.steps):
            step.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Name the steps, as Django tells them."""
        return "; ".join(step.describe() for step in self.steps)
