"""A made-up company as an installation: data to look at before one's own is loaded."""

from datetime import datetime, timedelta
from pathlib import Path

from vernost.cli.opening import progress
from vernost.cli.speech import say
from vernost.glossary import Language
from vernost.workdir import Workdir
from vernost_web.project.configuration import Configuration

MONTHS = 24
INDUSTRIES = {
    "shop": "e-commerce", "subscription": "subscription", "saas": "saas", "telecom": "telecom",
    "restaurant": "hospitality",
}  # fmt: skip
"""What each kind of company is compared with."""

NAMES = {"ru": "Магазин «Пример»", "en": "Example Shop"}


def furnish(configuration: Configuration, *, preset: str, customers: int, language: Language, at: datetime) -> None:
    """Make up a company and load it, unless the installation holds data already.

    Args:
        configuration: of the installation.
        preset: what kind of company.
        customers: how many ever come.
        language: of its names and texts.
        at: now; the company's last day is the day before.
    """
    from vernost_web.company.actions import change_company
    from vernost_web.data.queries import load_number
    from vernost_web.predictions.actions import change_policy, train

    if load_number():
        return
    from vernost.sources import read
    from vernost.sources.synthetic import Setting, load_preset, simulate
    from vernost.store import open_store

    yesterday = (at - timedelta(days=1)).date()
    template = load_preset(preset)
    setting = Setting(template, customers=customers, months=MONTHS, language=language, last_day=yesterday)
    with Workdir() as folder:
        with progress("Making up a company") as hear:
            simulate(setting, Path(folder, "company"), progress=hear)
        files = {str(path): path.name for path in sorted(Path(folder, "company").glob("*.parquet"))}
        with read(list(files), labels=files, timezone=setting.timezone) as found:
            open_store(configuration.log_url, create=True).load(found, loaded_at=at)
    currency = {"ru": "RUB", "en": "EUR"}[language]
    settings = {"name": NAMES[language], "currency": currency, "timezone": setting.timezone, "language": language}
    change_company(**settings, industry=INDUSTRIES.get(preset, ""))
    change_policy(by=None, rule="not_worse")
    train()
    say("The company is made up; all about it is in {folder}.", folder=configuration.data)
