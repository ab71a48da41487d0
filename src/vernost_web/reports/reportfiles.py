"""Where the files of a report are, and how its page is kept from the session of who reads it."""

import re
import shutil
from html import unescape
from pathlib import Path
from uuid import UUID

from django.conf import settings

KINDS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')
_HEAD = 4_096
"""Signs of a page within which it says its policy."""


def path_of(report: UUID, kind: str) -> Path:
    """Where a report's file of a kind is."""
    return folder_of(report) / f"report.{kind}"


def folder_of(report: UUID) -> Path:
    """Where a report's files are."""
    return Path(settings.CONFIGURATION.data) / "reports" / str(report)


def remove(folder: Path) -> None:
    """Throw the files of a report away."""
    shutil.rmtree(folder, ignore_errors=True)


def policy_of(page: str) -> str:
    r"""The policy to send a report's page with: its own scripts alone, and an origin of its own, without cookies.

    >>> policy_of('<meta http-equiv="Content-Security-Policy" content="script-src &#39;sha256-x&#39;">')
    "script-src 'sha256-x'; sandbox allow-scripts allow-downloads; frame-ancestors 'none'"
    """
    found = _POLICY.search(page[:_HEAD])
    own = unescape(found[1]) if found else "default-src 'none'"
    return f"{own}; sandbox allow-scripts allow-downloads; frame-ancestors 'none'"
