"""What is known of the company."""

from vernost.glossary import Language
from vernost.report.voice import Voice
from vernost_web.company.models import Company

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""By the place that the model's working hours name them with."""


def company() -> Company:
    """The company that this installation serves; before anybody named it, one with defaults."""
    return Company.objects.filter(pk=1).first() or Company(pk=1)


def voice_of(language: Language) -> Voice:
    """The report's voice in a language and the company's money."""
    return Voice(language, company().currency)
