"""People, products and texts of a made-up company, as the modules that write tables ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.firms import firms
from vernost.sources.synthetic.people import people
from vernost.sources.synthetic.piece import Piece
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.texts import Aspects, Kind, write

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Spoken:
    """Texts, and which of them are meant the other way round."""

    texts: list[str]
    is_sarcastic: list[bool]


def spoken(
    kind: Kind,
    aspects: Sequence[Aspects],
    setting: Setting,
    draws: np.random.Generator,
    *,
    women: Sequence[bool],
    rivals: Sequence[str | None],
) -> Spoken:
    """A text of a kind about each list of aspects, by a woman or a man; the rival that a customer went to is named."""
    told = write(kind, aspects, setting.language, draws, domain=setting.preset.domain, women=women, rivals=rivals)
    return Spoken(told.texts, told.is_ironic)


@dataclass(frozen=True)
class People:
    """People who never lived: columns of the table of customers, and who is a woman."""

    columns: "dict[str, pa.Array]"
    is_woman: Array


def people_of(setting: Setting, piece: Piece) -> People:
    """The customers of a chunk, companies by their own name; some left no e-mail."""
    import pyarrow as pa

    numbers = setting.numbers(piece.chunk)
    draws = setting.chance.of("people", piece.chunk)
    told = people(len(numbers), setting.language, draws, first=numbers.start, as_of=setting.start.date())
    is_firm = piece.traits["is_business"]
    names, birthdays = np.array(told["name"], object), np.array(told["birthday"])
    names[is_firm] = firms(int(is_firm.sum()), setting.language, setting.chance.of("firms", piece.chunk))
    birthdays[is_firm] = np.datetime64("NaT")
    withheld = draws.random(len(numbers)) < setting.preset.traits.no_email_share
    columns = {name: pa.array(told[name], pa.string()) for name in ("phone", "country", "city")}
    columns["name"] = pa.array(names, pa.string())
    columns["email"] = pa.array(np.array(told["email"], object), pa.string(), mask=withheld)
    columns["birthday_on"] = pa.array(birthdays).cast(pa.date32())
    return People(columns, np.asarray(told["is_woman"], bool))
