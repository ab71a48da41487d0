"""Why files that came are not taken in."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from vernost_web.data.uploading import Arrival


def refusal_of(arrival: Arrival, files: Mapping[str, Any]) -> str:
    """Why the files of a request are not taken in; empty when they are."""
    if arrival.is_too_large:
        return _("That is more than may be uploaded at once. Pack the files with gzip, or upload them one by one.")
    if arrival.is_full:
        return _("The disk of the server is full. Tell an administrator.")
    if not files:
        return _("There is no file. Choose one, or drag it onto the field.")
    return ""
