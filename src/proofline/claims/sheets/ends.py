"""Who sends files of claims and who receives them, as one TOML file: [sender] and [receiver]."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.envelope import Party

_CODE, _CURE = "claims.write_parties", "Keys of both: id, name, qualifier, application, number."


def read_ends(path: Path | None) -> tuple[Party, Party]:
    """Read who sends and who receives.

    Errors: ClaimsError if the file is missing, is no TOML, or lacks a key or has an unknown one.
    """
    if path is None:
        raise ClaimsError(
            _CODE, "An 837P needs --parties FILE.", f"{_CURE} Of [sender]: contact, phone."
        )
    try:
        sent = tomllib.loads(path.read_text("utf-8"))
        for name in ("sender", "receiver"):
            if odd := set(sent.get(name, {})) - set(Party.__struct_fields__):
                raise ClaimsError(_CODE, f"{path.name}: [{name}] has no key {min(odd)}.", _CURE)
        found = msgspec.convert(sent, dict[Literal["sender", "receiver"], Party])
        return found["sender"], found["receiver"]
    except KeyError as error:
        raise ClaimsError(
            _CODE, f"{path.name}: there is no table [{error.args[0]}].", _CURE
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise ClaimsError(_CODE, f"{path.name} cannot be used: {error}.", _CURE) from error
