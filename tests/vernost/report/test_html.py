"""The page holds together whatever the data says, and asks the network for nothing."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser

import pytest
from tests.vernost.report import shops

from vernost.glossary import Language
from vernost.report import ReportFiles
from vernost.report.html import embedded


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, scripts, words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and self.cdata_elem == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
        else:
            self.words.append(data)


@pytest.fixture(params=["en", "ru"])
def page(request: pytest.FixtureRequest, written: Callable[[Language], ReportFiles]) -> Page:
    return Page(written(request.param).html.read_text(encoding="utf-8"))


def test_names_from_the_data_are_words_and_never_elements(page: Page) -> None:
    words = " ".join(page.words)
    assert shops.SCRIPT in words
    assert shops.IMAGE in words
    assert "{{ 7 * 7 }}" in words
    assert [tag for tag, _ in page.tags if tag == "img"] == []
    assert len(page.scripts) == 3


def test_no_attribute_runs_script(page: Page) -> None:
    assert [name for _, attributes in page.tags for name in attributes if name.startswith("on")] == []


def test_nothing_is_asked_of_the_network(page: Page) -> None:
    links = [value for _, attributes in page.tags for name, value in attributes.items() if name in ("src", "href")]
    assert links
    assert [link for link in links if link is None or not link.startswith("#")] == []


def test_every_link_leads_to_a_place_of_the_page(page: Page) -> None:
    places = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert {link.removeprefix("#") for link in links if link} <= places
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_policy_allows_these_very_scripts_and_no_other(page: Page) -> None:
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    run = {text for attributes, text in page.scripts if attributes.get("type") == "module"}
    assert {b64encode(sha256(text.encode()).digest()).decode() for text in run} == allowed
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy


def test_every_chart_has_its_specification_and_its_numbers(page: Page) -> None:
    payload = json.loads(next(text for a, text in page.scripts if a.get("type") == "application/json"))
    places = [attributes["data-chart"] for _, attributes in page.tags if "data-chart" in attributes]
    assert sorted(payload["specs"]) == sorted(place for place in places if place)
    assert sum(tag == "details" for tag, _ in page.tags) == len(places)
    assert sum(tag == "table" for tag, _ in page.tags) >= len(places)


def test_the_page_says_its_language(written: Callable[[Language], ReportFiles]) -> None:
    for language, word in (("en", "In short"), ("ru", "Главное")):
        text = written(language).html.read_text(encoding="utf-8")  # type: ignore[arg-type]
        assert f'<html lang="{language}">' in text
        assert word in unescape(text)


def test_data_cannot_leave_its_element() -> None:
    text = embedded({"name": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"name": "</script><!--&\u2028"}


def test_an_undefined_name_in_the_template_is_an_error() -> None:
    from jinja2 import StrictUndefined

    from vernost.report.html import _template

    assert _template().environment.undefined is StrictUndefined
