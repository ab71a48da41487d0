"""Data for programs: bringing files in, loads and their receipts, undoing, quality, databases."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _told
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router

from vernost_web.audit import actions as audit
from vernost_web.data import actions, queries
from vernost_web.data.arriving import refusal_of
from vernost_web.data.models import Intake
from vernost_web.data.said import mapped
from vernost_web.data.shapes import DatabaseOut, IntakeOut, LoadOut, QualityOut, ReceiptOut, SaidIn, TableOut
from vernost_web.data.uploading import Arrival
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import JobRef, Listing, Problem, Span, found, page, sealed, unsealed
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of
from vernost_web.ui.spreadsheet import csv_lines

router = Router()
FILES = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}
CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}


@router.get("/tables", response=list[TableOut], summary=_("Tables of the log, and the span of their facts"))
@requires("see_data")
def list_tables(request: HttpRequest) -> Any:
    return [each | {name: _aware(each[name]) for name in ("first", "last")} for each in queries.extents()]


@router.get("/loads", response=Listing[LoadOut], summary=_("Loads and undoes, the newest first"))
@requires("see_data")
def list_loads(request: HttpRequest, span: Query[Span]) -> Any:
    rows = queries.loads()
    if span.cursor:
        last = unsealed(request, span.cursor)
        rows = [each for each in rows if each.record.load_id < last]
    few = rows[: span.limit]
    more = sealed(request, few[-1].record.load_id) if len(rows) > span.limit else None
    return {"items": [_load(each) for each in few], "next": more}


@router.get("/loads/{number}", response=ReceiptOut, summary=_("What a load did"))
@requires("see_data")
def show_load(request: HttpRequest, number: int) -> Any:
    load = found(queries.load(number))
    parcels = [
        {"place": place, "source": each.source, "table": each.table, "count": each.count}
        for place, each in enumerate(queries.parcels(number))
    ]
    tallies = load.record.as_json()["tallies"]
    return _load(load) | {"tallies": tallies, "rejected": parcels}


@router.get(
    "/loads/{number}/rejected/{place}", summary=_("Rejected rows with their reasons, as CSV"), openapi_extra=CSV
)
@requires("load_data", "export")
def fetch_rejected(request: HttpRequest, number: int, place: int) -> Any:
    from vernost.store.rejected import opened

    found(queries.load(number))
    parcel = found(dict(enumerate(queries.parcels(number))).get(place))
    names, lines = opened(lambda: queries.rejected(number), parcel, spoken())
    audit.record("export.rejected", thing=number, after={"source": parcel.source, "rows": parcel.count})
    return StreamingHttpResponse(csv_lines(names, lines), content_type="text/csv; charset=utf-8")


@router.post("/loads/{number}/undo", response={202: JobRef}, summary=_("Take a load back"))
@requires("load_data")
def undo_load(request: HttpRequest, number: int) -> Any:
    found(queries.load(number))
    return {"job": actions.undo(number, by=request.user).pk}


@router.get("/quality", response=QualityOut, summary=_("What is odd about the data"))
@requires("see_data")
def show_quality(request: HttpRequest) -> Any:
    checked = queries.checked()
    findings = [each | {"text": each["told"][spoken()]} for each in checked.findings] if checked else []
    return {
        "load": queries.load_number(), "checked_load": checked.load if checked else None, "findings": findings
    }  # fmt: skip


@router.post(
    "/intakes", response={201: IntakeOut}, summary=_("Bring files in; they are looked at first"), openapi_extra=FILES
)
@requires("load_data")
def bring_files(request: HttpRequest) -> Any:
    arrival = Arrival()
    # Before anything looks into the body, for by then it would be read into memory.
    request.upload_handlers = [arrival]
    files = request.FILES
    why = refusal_of(arrival, files)
    if why:
        arrival.discard()
        raise Problem(413 if arrival.is_too_large else 422, why)
    return actions.take_in(arrival, by=request.user)


@router.get("/intakes", response=Listing[IntakeOut], summary=_("What was brought in and is not loaded yet"))
@requires("load_data")
def list_intakes(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.open_intakes(user_of(request)), span, ("-at", "-pk"))


@router.get("/intakes/{uuid:intake_id}", response=IntakeOut, summary=_("How something would be read"))
@requires("load_data")
def show_intake(request: HttpRequest, intake_id: UUID) -> Any:
    return _intake(request, intake_id)


@router.put("/intakes/{uuid:intake_id}/mapping", response=IntakeOut, summary=_("Say what fills the log"))
@requires("load_data")
def map_intake(request: HttpRequest, intake_id: UUID, given: Body[dict[str, SaidIn]]) -> Any:
    intake = _open(request, intake_id)
    said = mapped(intake, {name: each.dict() for name, each in given.items()})
    return actions.say_mapping(intake, said, by=request.user)


@router.post("/intakes/{uuid:intake_id}/rehearse", response=IntakeOut, summary=_("Tell what a load would do"))
@requires("load_data")
def rehearse_intake(request: HttpRequest, intake_id: UUID) -> Any:
    return actions.try_out(_open(request, intake_id), by=request.user)


@router.post("/intakes/{uuid:intake_id}/load", response={202: IntakeOut}, summary=_("Load what was brought in"))
@requires("load_data")
def load_intake(request: HttpRequest, intake_id: UUID) -> Any:
    intake = _open(request, intake_id)
    if not intake.is_understood:
        raise Problem(409, _told("It was not looked at yet, or nothing of it is understood. See “looks”."))
    return actions.load(intake, by=request.user)


@router.delete("/intakes/{uuid:intake_id}", response={204: None}, summary=_("Forget what was brought in"))
@requires("load_data")
def discard_intake(request: HttpRequest, intake_id: UUID) -> None:
    actions.discard(_open(request, intake_id), by=request.user)


@router.get("/databases", response=Listing[DatabaseOut], summary=_("Databases that are loaded from"))
@requires("load_data")
def list_databases(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.databases(), span, ("name",))


@router.post("/databases/{uuid:database_id}/fetch", response={202: JobRef}, summary=_("Load a database now"))
@requires("load_data")
def fetch_database(request: HttpRequest, database_id: UUID) -> Any:
    database = found(queries.databases().filter(pk=database_id).first())
    return {"job": actions.fetch(database, by=request.user).pk}


def _intake(request: HttpRequest, intake_id: UUID) -> Intake:
    return found(queries.intakes(user_of(request)).filter(pk=intake_id).first())


def _open(request: HttpRequest, intake_id: UUID) -> Intake:
    intake = _intake(request, intake_id)
    if intake.load is not None:
        raise Problem(409, _told("It is loaded already; its load can be undone."))
    return intake


def _aware(moment: Any) -> Any:
    """An instant of the log, which keeps them in UTC without saying so; days as they are."""
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else moment


def _load(load: queries.Load) -> dict[str, Any]:
    record = load.record
    return {
        "number": record.load_id, "at": load.at, "kind": record.kind, "sources": list(record.sources),
        "counts": load.counts, "notes": load.notes, "undoes": record.undoes, "is_undone": load.is_undone,
        "intake": load.intake.pk if load.intake else None,
    }  # fmt: skip
