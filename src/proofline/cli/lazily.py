"""A group of commands, each in a module of its own that is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class Lazily(click.Group):
    """The commands by name, with the module that has each; named in the order they are met in."""

    def __init__(self, *args: Any, modules: dict[str, str], **kwargs: Any) -> None:  # noqa: ANN401
        """Keep the modules; all else is click's."""
        super().__init__(*args, **kwargs)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which a newcomer meets them."""
        del ctx
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and give the command; None where there is no such one."""
        del ctx
        if cmd_name not in self._modules:
            return None
        module = import_module(self._modules[cmd_name])
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command
