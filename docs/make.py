"""Write the pages of this folder that the code itself can tell: facts.md and commands.md.

    ./dev docs

tests/test_docs.py holds the pages to what this writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli import main
from proofline.facts import catalog

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent
WIDTH = 100


FACTS_HEAD = """\
# The facts

What the evidence shows of one enrollment for one period. A page of the law may set a bound on any
of them and on nothing else. Unknown is never 0 and never *no*: a bound on it is *unproven*. Where
*can rise* says yes, `NAME_possible` stands beside it: the highest it could become if what is
unsettled were settled.

Written by `./dev docs` from `src/proofline/facts/catalog.toml`.

| fact | kind | can rise | means |
|---|---|---|---|
"""


def facts_page() -> str:
    """Give the table of all facts that a page of the law may set a bound on."""
    return FACTS_HEAD + "".join(
        f"| `{fact.name}` | {kind_told(fact.kind, fact.unit)} | {'' if fact.settled else 'yes'} |"
        f" {fact.means} |\n"
        for fact in catalog().values()
    )


def kind_told(kind: str, unit: str) -> str:
    """Say what kind of value a fact has."""
    return unit or {"flag": "yes or no", "text": "a word", "count": "a number"}[kind]


def commands_page() -> str:
    """Give the help of every command."""
    lines = [
        "# The commands",
        "",
        "Written by `./dev docs` from the commands' own help.",
        "",
    ]
    for words, command in commands(main, ("proofline",)):
        context = click.Context(
            command, info_name=" ".join(words), terminal_width=WIDTH, max_content_width=WIDTH
        )
        lines += [f"## {' '.join(words)}", "", "```text", command.get_help(context), "```", ""]
    return "\n".join(lines)


def commands(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield a command and, if it is a group, all that stand below it."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from commands(below, (*words, name))


PAGES = {"facts.md": facts_page, "commands.md": commands_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
