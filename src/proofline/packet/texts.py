"""The consent texts of the consents on file, word for word, where the version is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.packet.packet import TextRead
from proofline.packs.consents.texts import text_of
from proofline.packs.errors import PackError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.packet.packet import Row


def texts_read(consents: Iterable[Row]) -> Iterator[TextRead]:
    """Yield the text of each version named, once; without words where the version is not here."""
    for version in dict.fromkeys(one["text_version"] for one in consents if one["text_version"]):
        try:
            text = text_of(version)
        except PackError:
            yield TextRead(version, "", "", "", None)
        else:
            yield TextRead(version, text.language, text.words, text.digest, text.effective)
