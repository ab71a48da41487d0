"""The report's voice: words and formats of one language together."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vernost.glossary import Language, term
from vernost.report.formats import Formats
from vernost.report.texts import Texts


@dataclass
class Voice:
    """How the report speaks.

    Attributes:
        language: 'en' or 'ru'.
        currency: ISO code or sign of the company's money; empty when it is not known.
    """

    language: Language
    currency: str = ""

    @cached_property
    def formats(self) -> Formats:
        """The look of numbers, money and dates."""
        return Formats(self.language, self.currency)

    @cached_property
    def texts(self) -> Texts:
        """The words."""
        return Texts(self.language)

    def say(self, key: str, **gaps: Any) -> str:
        """A text by its key."""
        return self.texts.say(key, **gaps)

    def count(self, key: str, number: float, **gaps: Any) -> str:
        """A counted thing in words: 'n customers', the number shown in the language's way."""
        return self.texts.count(key, number, shown=self.formats.number(number), **gaps)

    def name(self, measure: str) -> str:
        """The name of a measure."""
        return term(measure).title(self.language)

    def meaning(self, measure: str) -> str:
        """What a measure means."""
        return term(measure).meaning(self.language)

    def quoted(self, text: str) -> str:
        """A name from the data, in the language's quotation marks.

        >>> Voice("ru").quoted("Казань"), Voice("en").quoted("Leeds")
        ('«Казань»', '“Leeds”')
        """
        return f"«{text}»" if self.language == "ru" else f"“{text}”"
