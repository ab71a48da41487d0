"""Possible doubles, merges and their ends for programs."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from vernost_web.identity import actions, queries
from vernost_web.identity.models import Pair, Rank
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import JobRef, Listing, Span, found, page, sealed, unsealed
from vernost_web.ui.words import storable

router = Router()

MOST_ABSORBED = 100
"""Customers that are merged into one at once."""


class DoubleOut(Schema):
    """Two customers who may be one person."""

    id: int
    customer_ids: tuple[str, str]
    sureness: str
    agree: list[str]
    differ: list[str]
    is_suggested: bool
    found_at: datetime
    refused_at: datetime | None

    @staticmethod
    def resolve_customer_ids(pair: Pair) -> tuple[str, str]:
        return pair.ids

    @staticmethod
    def resolve_sureness(pair: Pair) -> str:
        return Rank(pair.rank).name.lower()


class MergeIn(Schema):
    """Customers who are one person: the one who stays, and the others."""

    surviving_id: str
    absorbed_ids: list[str] = Field(max_length=MOST_ABSORBED)


class PartIn(Schema):
    """A customer who was merged into another and is to be apart again."""

    customer_id: str


class MergedOut(Schema):
    """A merge that holds: who gave way, to whom they belong, since when, and who wished it."""

    absorbed_id: str
    surviving_id: str
    at: datetime
    by: str


class BelongingOut(Schema):
    """All ids of a customer, the surviving one first."""

    customer_id: str
    ids: list[str]


@router.get("/doubles", response=Listing[DoubleOut], summary=_("Customers who may be one person"))
@requires("merge_customers")
def list_doubles(request: HttpRequest, span: Query[Span], is_refused: bool = False) -> Any:  # noqa: FBT001, FBT002
    pairs = queries.refused_pairs() if is_refused else queries.open_pairs()
    return page(request, pairs, span, ("-rank", "pk"))


@router.post("/doubles/{double_id}/refuse", response=DoubleOut, summary=_("Say that two customers are not the same"))
@requires("merge_customers")
def refuse_double(request: HttpRequest, double_id: int) -> Any:
    pair = _pair(double_id)
    actions.refuse(pair, by=request.user)
    pair.refresh_from_db()
    return pair


@router.post("/doubles/{double_id}/reopen", response=DoubleOut, summary=_("Take back that two are not the same"))
@requires("merge_customers")
def reopen_double(request: HttpRequest, double_id: int) -> Any:
    pair = _pair(double_id)
    actions.reopen(pair, by=request.user)
    pair.refresh_from_db()
    return pair


@router.get("/merges", response=Listing[MergedOut], summary=_("Merges that hold"))
@requires("merge_customers")
def list_merges(request: HttpRequest, span: Query[Span]) -> Any:
    leaf = queries.merges(unsealed(request, span.cursor) if span.cursor else "", span.limit)
    return {"items": leaf.rows, "next": sealed(request, leaf.after) if leaf.after else None}


@router.post("/merges", response={202: JobRef}, summary=_("Have customers made one"))
@requires("merge_customers")
def merge_customers(request: HttpRequest, given: MergeIn) -> Any:
    absorbed = [storable(each) for each in given.absorbed_ids]
    return 202, {"job": actions.merge(storable(given.surviving_id), absorbed, by=request.user).job_id}


@router.post("/merges/end", response={202: JobRef}, summary=_("Have a merge ended"))
@requires("merge_customers")
def part_customer(request: HttpRequest, given: PartIn) -> Any:
    merge = found(queries.merge_of(storable(given.customer_id)))
    return 202, {"job": actions.part(merge.absorbed_id, merge.surviving_id, by=request.user).job_id}


@router.get("/ids", response=BelongingOut, summary=_("All ids of the customer of an id"))
@requires("see_customers")
def show_ids(request: HttpRequest, customer_id: str) -> Any:
    ids = queries.ids_of(customer_id)
    return {"customer_id": ids[0], "ids": list(ids)}


def _pair(number: int) -> Pair:
    return found(Pair.objects.filter(pk=number).first())
