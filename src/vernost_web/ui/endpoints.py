"""What the endpoints of all slices share: what is wrong with a request, forms as JSON, lists page by page."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Schema

Item = TypeVar("Item")
MOST = 1_000
_BESIDE_THE_QUESTION = ("cursor", "limit")


class Problem(Exception):
    """Why a request is not answered, as RFC 9457 tells it.

    Attributes:
        status: HTTP status.
        detail: what is wrong and what to do, in the language asked for.
        errors: what is wrong with each field: name -> sentences.
        headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = dict(errors or {}), dict(headers or {})


def missing() -> Problem:
    """There is no such thing, or none that the key may see."""
    return Problem(404, _("There is nothing here that this key may see. Check the address and the id."))


def found(thing: Item | None) -> Item:
    """A thing that was looked for; Problem where there is none."""
    if thing is None:
        raise missing()
    return thing


def checked(form: BaseForm) -> dict[str, Any]:
    """What a form holds; Problem says what is wrong with each field."""
    if not form.is_valid():
        errors = {name: [str(each) for each in sentences] for name, sentences in form.errors.items()}
        raise Problem(422, _("Some of what was sent cannot be used; “errors” names it."), errors=errors)
    return dict(form.cleaned_data)


class JobRef(Schema):
    """The job that does what was asked for; it can be asked how far it is."""

    job: UUID


class Span(Schema):
    """Which page of a list."""

    cursor: str = Field("", description=gettext_noop("“next” of the page before; the first page without it."))
    limit: int = Field(100, ge=1, le=MOST, description=gettext_noop("Rows of a page at most."))


class Listing(Schema, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next: str | None = Field(None, description=gettext_noop("Cursor of the next page; null on the last one."))


def page(request: HttpRequest, rows: QuerySet[Any], span: Span, order: Sequence[str]) -> dict[str, Any]:
    """A page of rows of the database.

    Args:
        request: whose question the cursor belongs to.
        rows: all that were asked for.
        span: which page.
        order: fields, with a minus where the greatest comes first; no two rows stand alike in them.
    """
    if span.cursor:
        rows = rows.filter(_after(order, unsealed(request, span.cursor)))
    few = list(rows.order_by(*order)[: span.limit + 1])
    last = few[span.limit - 1] if len(few) > span.limit else None
    values = [_plain(getattr(last, name.lstrip("-"))) for name in order] if last else []
    return {"items": few[: span.limit], "next": sealed(request, values) if last else None}


def sealed(request: HttpRequest, place: Any) -> str:
    """A cursor: a place in a list that nobody can make up, and that belongs to this very question."""
    return signing.dumps(place, salt=_salt(request), compress=True)


def unsealed(request: HttpRequest, cursor: str) -> Any:
    """The place that a cursor names; Problem where it is none of this question."""
    try:
        return signing.loads(cursor, salt=_salt(request))
    except (signing.BadSignature, ValueError) as error:
        text = _("This cursor belongs to no such question. Ask for the first page, without a cursor.")
        raise Problem(422, text, errors={"cursor": [text]}) from error


def _salt(request: HttpRequest) -> str:
    asked = sorted((name, values) for name, values in request.GET.lists() if name not in _BESIDE_THE_QUESTION)
    return sha256(f"cursor {request.path}?{urlencode(asked, doseq=True)}".encode()).hexdigest()


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows that stand after one of these values."""
    wanted, alike = Q(), Q()
    for field, value in zip(order, values, strict=True):
        name = field.lstrip("-")
        wanted |= alike & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        alike &= Q(**{name: value})
    return wanted


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
