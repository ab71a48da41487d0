"""What a key may ask about itself."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Router, Schema

from vernost_web.ui.access import signed_in
from vernost_web.ui.requests import user_of

router = Router()


class KeyOut(Schema):
    """A key."""

    name: str
    prefix: str
    scopes: list[str]
    per_minute: int
    made_by: str
    until: datetime | None


@router.get("/me", response=KeyOut, summary=_("The key itself: what it may do, and until when"))
@signed_in
def show_key(request: HttpRequest) -> Any:
    user: Any = user_of(request)
    return {
        "name": user.key.name, "prefix": user.key.prefix, "per_minute": user.key.per_minute, "until": user.key.until,
        "made_by": user.email, "scopes": [each for each in user.key.scopes if user.may(each)],
    }  # fmt: skip
