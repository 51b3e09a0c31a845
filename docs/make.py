"""Write what the code itself tells: facts.md, commands.md, the ends of two other pages.

    ./dev docs

tests/test_docs.py holds the pages to what this writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from names import HEAD, names_section
from proofline.cli import main
from proofline.facts import catalog
from proofline.site.environment import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent
GLOSSARY = DOCS.parent / "GLOSSARY.md"
NAMES = HEAD.splitlines()[0]
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

SETTINGS_HEAD = """\
## Every setting

Environment variables, written by `./dev docs` from `src/proofline/site/environment.py`.

| variable | default | meaning |
|---|---|---|
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
    for context in contexts(main, None):
        lines += [f"## {context.command_path}", "", "```text", context.get_help(), "```", ""]
    return "\n".join(lines)


def contexts(command: click.Command, parent: click.Context | None) -> Iterator[click.Context]:
    """Yield a command as it is called and, if it is a group, all that stand below it."""
    own = {"terminal_width": WIDTH, "max_content_width": WIDTH, **command.context_settings}
    name = "proofline" if parent is None else command.name
    context = click.Context(command, parent=parent, info_name=name, **own)
    yield context
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            if below is not None:
                yield from contexts(below, context)


def deployment() -> str:
    """Give the page on deployment with its table of settings written anew."""
    written, _, _ = (DOCS / "deployment.md").read_text("utf-8").partition(SETTINGS_HEAD)
    rows = "".join(f"| `{s.name}` | {s.default} | {s.meaning} |\n" for s in SETTINGS)
    return written + SETTINGS_HEAD + rows


def glossary() -> str:
    """Give the glossary with its section of names in code written anew."""
    written, _, _ = GLOSSARY.read_text("utf-8").partition(NAMES)
    return written + names_section()


PAGES = {
    DOCS / "facts.md": facts_page,
    DOCS / "commands.md": commands_page,
    DOCS / "deployment.md": deployment,
    GLOSSARY: glossary,
}

if __name__ == "__main__":
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")
