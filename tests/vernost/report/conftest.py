"""Reports that several tests look at, built once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.vernost.report import shops

from vernost.glossary import Language
from vernost.report import ReportFiles, render_report
from vernost.report.document import Report
from vernost.report.report import build_report
from vernost.report.voice import Voice


@pytest.fixture(scope="session")
def built() -> Callable[[Language], Report]:
    """The hostile shop's report in a language."""

    @cache
    def build(language: Language) -> Report:
        voice = Voice(language, "RUB")
        return build_report(shops.shared_shop(), voice, title=shops.SCRIPT, generated_at=shops.MADE_AT)

    return build


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Language], ReportFiles]:
    """The hostile shop's report in a language, as files."""

    @cache
    def write(language: Language) -> ReportFiles:
        out: Path = tmp_path_factory.mktemp("report") / f"report_{language}.html"
        return render_report(
            shops.shared_shop(), out, language=language, title=shops.SCRIPT, currency="RUB", generated_at=shops.MADE_AT
        )

    return write
