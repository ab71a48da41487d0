"""What holds for all slices: doors, migrations, settings."""

import re
from pathlib import Path

import grimp
import pytest
from django.core.management import call_command

import vernost_web
from vernost_web.project.slices import SLICES
from vernost_web.ui.slice import slices

ROOT = Path(vernost_web.__file__).parent
ROOMS = {"queries", "actions"}
SHARED = {"ui", "project"}
OPEN_ROOMS = {"jobs": {"kinds"}, "accounts": {"permissions"}}
"""Modules of a slice that others may import beside its doors: what they declare themselves with."""


def test_every_slice_is_in_the_list_and_every_line_is_a_slice() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/apps.py")} - {"ui"}
    assert folders == set(SLICES)


def test_every_panel_has_a_place_that_some_page_offers() -> None:
    texts = [path.read_text(encoding="utf-8") for kind in ("py", "html") for path in ROOT.rglob(f"*.{kind}")]
    offered = {page for text in texts for page in re.findall(r"""\bpanels(?:_of)?[ (]"(\w+)\"""", text)}
    assert {panel.page for each in slices() for panel in each.panels} <= offered


def test_another_slice_is_entered_only_by_its_doors() -> None:
    graph = grimp.build_graph("vernost_web", exclude_type_checking_imports=True)
    wrong = []
    for importer in graph.modules:
        home = importer.split(".")[1] if importer.count(".") else ""
        if home in {"", "project", "conftest"} or ".tests" in importer or ".migrations" in importer:
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            _, other, *rooms = [*imported.split("."), ""]
            if other in {home, ""} | SHARED:
                continue
            if rooms[0] not in ROOMS | OPEN_ROOMS.get(other, set()):
                wrong.append(f"{importer} -> {imported}")
    assert not wrong


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
