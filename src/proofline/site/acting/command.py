"""`proofline act`: acts of the desk at the terminal, made from what the API declares."""

from __future__ import annotations

from difflib import get_close_matches
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proofline.cli.arriving.asking import ACCOUNT, PRACTICE
from proofline.cli.running.setting_up import load_service, set_up
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from proofline.api.route import Route
    from proofline.site.acting.asking import Field


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("name", required=False, metavar="[NAME")
@click.argument("typed", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS]]")
@click.pass_context
def act(ctx: click.Context, name: str | None, typed: tuple[str, ...]) -> None:
    """Do an act of the desk in a practice's book, as an account: nearly all that the API has.

    Without NAME all acts are listed; `proofline act NAME --help` says what one takes. An act is
    done with --as ACCOUNT, whose roles decide, and prints its answer as JSON. What needs a second
    factor, such as a signature, no terminal can do, nor what gives somebody rights: people, roles
    and broken glass are under Settings, in the browser.
    """
    load_service()
    from proofline.site.acting.naming import at_the_terminal, elsewhere  # noqa: PLC0415

    acts = at_the_terminal()
    if name is None:
        _list(acts)
        return
    if cure := elsewhere().get(name):
        raise WrongUse("act.elsewhere", f"No terminal does {name}: its account is believed.", cure)
    if name not in acts:
        raise _no_such_act(name, list(acts))
    command = made(name, acts[name])
    with command.make_context(f"act {name}", list(typed), parent=ctx.parent) as within:
        command.invoke(within)


def _list(acts: dict[str, Route]) -> None:
    told = click.HelpFormatter(width=100)
    told.write_dl([(name, one.says) for name, one in acts.items()])
    click.echo(told.getvalue().rstrip())


def _no_such_act(name: str, known: list[str]) -> WrongUse:
    like = get_close_matches(name, known, n=3)
    return WrongUse(
        "act.unknown",
        f"There is no act {name}.",
        f"Did you mean {' or '.join(like)}?" if like else "`proofline act` lists them.",
    )


def made(name: str, route: Route) -> click.Command:
    """Make the command of one act from its route."""
    from proofline.site.acting.asking import fields_of, option  # noqa: PLC0415 - after load_service
    from proofline.site.acting.telling import gives_a_file  # noqa: PLC0415

    fields = fields_of(route)

    def do(**typed: Any) -> None:  # noqa: ANN401 - as click has it
        """Do the act."""
        _do(route, fields, typed)

    decorated = ACCOUNT(PRACTICE(_FORMAT(do)))
    decorated = _OUT(decorated) if gives_a_file(route) else decorated
    decorated = _BODY(decorated) if route.body else decorated
    command = click.command(name, help=_help(route))(decorated)
    command.params[:0] = [option(one) for one in fields if one.typed]
    return command


_FORMAT = click.option(
    "--format", "form", type=click.Choice(["json", "table"]), default="json", show_default=True,
    help="How the answer is printed.",
)  # fmt: skip
_OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="A new file for what the answer holds."
)
_BODY = click.option(
    "--body",
    type=click.File("rb"),
    help="All of it as JSON in place of options; - reads it from standard input, so that what names"
    " a patient stands in no shell's history.",
)


def _help(route: Route) -> str:
    """Say what an act does, what it takes, and which act of which roles it is."""
    from proofline.desk.roles import acts  # noqa: PLC0415 - after load_service

    asked = cleandoc(route.body.__doc__ or "") if route.body else ""
    roles = ", ".join(sorted(acts()[route.act] - {"machine"})) if route.act else "anybody"
    whose = f"The act {route.act or 'needs no role'}, of {roles}."
    address = f"\b\n{route.method} {route.path}"
    return "\n\n".join(filter(None, (route.says, asked, whose, address)))


def _do(route: Route, fields: list[Field], typed: dict[str, Any]) -> None:
    from proofline.site.acting.asking import body_of, parts_of  # noqa: PLC0415
    from proofline.site.acting.doing import Typed, act_on  # noqa: PLC0415
    from proofline.site.acting.telling import lay_down, new_file, tell  # noqa: PLC0415

    said = Typed(
        typed["account"],
        typed["practice"],
        parts_of(fields, typed, "ids"),
        parts_of(fields, typed, "query"),
        body_of(fields, typed) if route.body else None,
    )
    out: Path | None = typed.get("out")
    with new_file(out) as file:
        set_up()
        answer = act_on(route, said)
        if out is not None and file is not None:
            answer = lay_down(answer, out, file)
    tell(answer, typed["form"])
