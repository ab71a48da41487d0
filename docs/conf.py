"""The documentation: pages beside their translations (page.md, page.ru.md), and a reference made from the code."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

project = "Vernost"
author = "The Vernost authors"
copyright = author  # noqa: A001 - the name that Sphinx wants
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "reference"]
exclude_patterns = ["examples"]
html_theme = "furo"
html_title = "Vernost"
html_copy_source = False
html_show_sphinx = False
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_member_order = "bysource"
nitpicky = False


def setup(app: Sphinx) -> None:
    """Leave out the empty line that ends an example so that doctest does not take the fence for its output."""
    app.connect("source-read", lambda _app, _name, text: text.__setitem__(0, text[0].replace("\n\n```\n", "\n```\n")))
