"""The address of a PostgreSQL, read as Django wants it said; whatever nobody would heed is refused.

libpq knows many options, such as sslmode, and they may follow a ?. One that it does not know, or a
host, port, user or password that the address says already, would be dropped without a word, and the
service would run otherwise than its operator believes. No refusal repeats anything of the address:
what looks like an option may be the rest of a password.
"""

from __future__ import annotations

from difflib import get_close_matches
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from proofline.errors import WrongUse

_ADDRESS = "postgresql://USER:PASSWORD@HOST:PORT/NAME, with %2F for a / in it, and so on"


def postgresql(address: str) -> dict[str, object]:
    """Read an address. Errors: WrongUse if it is none, or says what nobody would heed."""
    said, port, told = _parts(address)
    name = said.path.strip("/")
    # A password with a / ends the host too early, and leaves its rest in the name.
    whole = name and not said.fragment and not set(name) & set("/@:")
    if said.scheme not in {"postgresql", "postgres"} or not whole:
        raise _no_address()
    named = {
        "dbname": unquote(name),
        "user": unquote(said.username or ""),
        "password": unquote(said.password or ""),
        "host": unquote(said.hostname or ""),
        "port": str(port or ""),
    }
    known = _known()
    for one in told:
        _refuse_unheeded(one, named, known)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": named["dbname"],
        "USER": named["user"] or told.pop("user", ""),
        "PASSWORD": named["password"] or told.pop("password", ""),
        "HOST": named["host"] or told.pop("host", ""),
        "PORT": named["port"] or told.pop("port", ""),
        "OPTIONS": told,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _parts(address: str) -> tuple[SplitResult, int | None, dict[str, str]]:
    try:
        said = urlsplit(address)
        asked = said.query.replace("+", "%2B")  # a blank in forms only, never for libpq
        pairs = parse_qsl(asked, strict_parsing=bool(asked), keep_blank_values=True)
        port = said.port
    except ValueError as error:
        raise _no_address() from error
    if len(dict(pairs)) < len(pairs):
        raise _unheeded("names an option twice", "Name it once.")
    return said, port, dict(pairs)


def _refuse_unheeded(option: str, named: dict[str, str], known: set[str]) -> None:
    if named.get(option):
        raise _unheeded(
            f"says the {option} before the ? and after it",
            "Say it once: before the ?, or for the folder of a socket ?host= and no host before.",
        )
    if option not in known:
        meant = get_close_matches(option, sorted(known), 1)
        hint = f" Is it {meant[0]}?" if meant else ""
        raise _unheeded(
            "names an option after the ? that PostgreSQL does not know",
            f"Known are those of libpq, such as sslmode and sslrootcert.{hint}",
        )


def _known() -> set[str]:
    """Name what libpq knows. Errors: WrongUse where its driver is not installed."""
    try:
        from psycopg import pq  # noqa: PLC0415 - an extra, for PostgreSQL alone
    except ImportError as error:
        raise WrongUse(
            "site.no_driver",
            "PROOFLINE_DATABASE names a PostgreSQL, and what speaks to one is not installed.",
            'Install it: pip install "proofline[serve,postgres]".',
        ) from error
    return {one.keyword.decode() for one in pq.Conninfo.get_defaults()}


def _no_address() -> WrongUse:
    return WrongUse(
        "site.setting",
        f"The environment variable PROOFLINE_DATABASE is not {_ADDRESS}.",
        "See docs/deployment.md for every setting and an example of each.",
    )


def _unheeded(what: str, remedy: str) -> WrongUse:
    return WrongUse("site.setting", f"The environment variable PROOFLINE_DATABASE {what}.", remedy)
