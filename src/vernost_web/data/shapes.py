"""What endpoints of data take and give."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from vernost_web.data.models import Database, Intake
from vernost_web.ui import words
from vernost_web.ui.language import spoken


class TableOut(Schema):
    """A table of the log."""

    name: str
    title: str
    rows: int
    first: datetime | date | None
    last: datetime | date | None


class LoadOut(Schema):
    """A load or an undo."""

    number: int
    at: datetime
    kind: str
    sources: list[str]
    counts: Mapping[str, int]
    notes: list[str]
    undoes: int | None
    is_undone: bool
    intake: UUID | None


class ParcelOut(Schema):
    """Rejected rows of one source."""

    place: int
    source: str
    table: str
    count: int


class ReceiptOut(LoadOut):
    """A load with what became of the rows of each table, and the rows that it rejected."""

    tallies: list[dict[str, Any]]
    rejected: list[ParcelOut]


class FindingOut(Schema):
    """Something odd about the data."""

    code: str
    severity: str
    table: str
    count: int
    text: str


class QualityOut(Schema):
    """What the checks found."""

    load: int
    checked_load: int | None
    findings: list[FindingOut]


class IntakeOut(Schema):
    """What was brought in. Wait for `job`, correct the mapping if need be, then load it."""

    id: UUID
    at: datetime
    files: list[str]
    database: UUID | None
    job: UUID | None
    job_state: str
    error: str
    is_understood: bool
    looks: list[dict[str, Any]]
    mapping: dict[str, Any]
    rehearsed: dict[str, Any] | None
    load: int | None

    @staticmethod
    def resolve_files(intake: Intake) -> list[str]:
        return [each["name"] for each in intake.files]

    @staticmethod
    def resolve_database(intake: Intake) -> UUID | None:
        return intake.database_id

    @staticmethod
    def resolve_job(intake: Intake) -> UUID | None:
        return intake.job_id

    @staticmethod
    def resolve_job_state(intake: Intake) -> str:
        return intake.job.state if intake.job else ""

    @staticmethod
    def resolve_error(intake: Intake) -> str:
        return words.told(intake.job.error, spoken()) if intake.job else ""

    @staticmethod
    def resolve_looks(intake: Intake) -> list[dict[str, Any]]:
        return list(intake.looked["looks"]) if intake.looked else []


class SaidIn(Schema):
    """What a table of a source is: the table of the log, what fills its columns, or that it is left out."""

    table: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    is_left_out: bool = False


class DatabaseOut(Schema):
    """A database that is loaded from."""

    id: UUID
    name: str
    shown: str
    every: int
    next_at: datetime | None
    last_at: datetime | None
    last_load: int | None
    error: str

    @staticmethod
    def resolve_error(database: Database) -> str:
        return words.told(database.last_error, spoken())
