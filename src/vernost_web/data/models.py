import uuid
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.sealing import unseal


class Unit(models.IntegerChoices):
    """Minutes of a unit in which a schedule is told."""

    MINUTES = 1, _("minutes")
    HOURS = 60, _("hours")
    DAYS = 24 * 60, _("days")


class Database(models.Model):
    """An SQL database from which tables or a query are loaded, by hand or again and again.

    Attributes:
        name: what people call it.
        sealed: its address with the password, encrypted.
        shown: its address as it may be shown.
        mapping: how its tables fill the log, as in `Intake`.
        every: minutes between loads; 0 when it is only loaded by hand.
        next_at: when it is due.
        last_at: when it was last loaded, or that was tried.
        last_load: number of its last load.
        last_error: why the last try failed: sentence and values.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    sealed = models.TextField(editable=False)
    shown = models.CharField(_("address"), max_length=500, editable=False)
    mapping: Any = models.JSONField(_("columns"), default=dict, editable=False)
    every = models.PositiveIntegerField(_("minutes between loads"), default=0)
    next_at = models.DateTimeField(_("next load"), null=True, editable=False)
    last_at = models.DateTimeField(null=True, editable=False)
    last_load = models.PositiveIntegerField(null=True, editable=False)
    last_error = models.JSONField(null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Its address with the password."""
        return unseal(self.sealed, of="data")

    def schedule(self, now: datetime) -> None:
        """Set when it is due next: the interval counts from now."""
        self.next_at = now + timedelta(minutes=self.every) if self.every else None


class Intake(models.Model):
    """Files, or the tables of a database, brought in together: first looked at, then loaded, once.

    Attributes:
        by: who brought them; None for the schedule.
        database: where they are, when they are no files.
        files: name, as it came; stored, its name in the folder of the intake; bytes.
        mapping: name of a table of the sources -> its table of the log, what fills the columns of that, and
            whether it is left out.
        looked: what a look showed, as `picture` makes it; None before the first one.
        rehearsed: what a load would do: tallies and notes; None when that was not asked since the mapping changed.
        job: the last job about it.
        load: number of its load.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    database = models.ForeignKey("data.Database", null=True, on_delete=models.CASCADE, related_name="+")
    files: Any = models.JSONField(_("files"), default=list)
    mapping: Any = models.JSONField(_("columns"), default=dict)
    looked = models.JSONField(null=True)
    rehearsed = models.JSONField(null=True)
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    load = models.PositiveIntegerField(_("load"), null=True, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return str(self.database) if self.database else ", ".join(each["name"] for each in self.files)

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return folder_of(self.pk)

    @property
    def labels(self) -> dict[str, str]:
        """Each source, and what it is called."""
        if self.database:
            return {self.database.url: ""}
        # By the last part alone: the rows may be of an archive that somebody else made, and name a way out.
        return {str(self.folder / PurePath(each["stored"]).name): each["name"] for each in self.files}

    @property
    def key(self) -> str:
        """By which the log knows its load."""
        return f"intake {self.pk}"

    @property
    def is_understood(self) -> bool:
        """Whether something of it can be loaded."""
        looks = self.looked["looks"] if self.looked else []
        return any(look["is_understood"] and not look.get("is_left_out") for look in looks)


def folder_of(intake: uuid.UUID) -> Path:
    """Where the files of an intake are."""
    return folders() / intake.hex


def folders() -> Path:
    """Where the folders of all intakes are."""
    return Path(settings.MEDIA_ROOT) / "intakes"


class Remembered(models.Model):
    """How people mapped tables with such columns.

    Attributes:
        signature: of the columns.
        table: the table of the log.
        columns: column of the log -> what fills it.
        is_left_out: whether such tables are not loaded.
    """

    signature = models.CharField(max_length=64, primary_key=True)
    table = models.CharField(max_length=40)
    columns: Any = models.JSONField(default=dict)
    is_left_out = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.table


class Checked(models.Model):
    """What the checks of quality found in a state of the log.

    Attributes:
        load: number of its last load.
        clock: the time zone by which days were counted.
        findings: code, severity, table, sentences in both languages.
        days: table -> day -> number of facts, and the days that are suspiciously empty.
    """

    load = models.PositiveIntegerField()
    clock = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    findings: Any = models.JSONField(default=list)
    days: Any = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["load", "clock"], name="checked_once")
        ]

    def __str__(self) -> str:
        return f"load {self.load}"
