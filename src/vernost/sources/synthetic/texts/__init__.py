"""What customers write and a company replies: composed from a grammar, about given aspects, in Russian and English."""

from vernost.sources.synthetic.texts.layout import Aspects, Kind
from vernost.sources.synthetic.texts.lexicon import Domain, Language
from vernost.sources.synthetic.texts.writing import Texts, compose, write

__all__ = ["Aspects", "Domain", "Kind", "Language", "Texts", "compose", "write"]
