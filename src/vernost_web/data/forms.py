"""What can be told of sources: a database's address, and what fills the log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vernost.errors import VernostError
from vernost.report.voice import Voice
from vernost.schema import TABLES
from vernost.sources.given import check_target
from vernost.sources.kinds import KINDS
from vernost.sources.mapping import given_found
from vernost_web.data.columns import called
from vernost_web.data.databases import UnusableAddress, shown_address
from vernost_web.data.models import Database, Unit
from vernost_web.ui.forms import Form, ModelForm, dress
from vernost_web.ui.language import spoken

SURE, LIKELY = 0.9, 0.6
_LONGEST_EXPRESSION = 1_000


class DatabaseForm(ModelForm):
    """A database: its name, its address, when it is loaded."""

    url = forms.CharField(
        label=_("Address"), strip=True, max_length=4_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Such as postgresql://user:password@host/database, with ?table=orders or ?query=SELECT … at its "
                    "end. It is kept encrypted and never shown again."),
    )  # fmt: skip
    amount = forms.IntegerField(
        label=_("Load every"), min_value=1, max_value=10_000, required=False,
        help_text=_("Empty: only when somebody asks for it."),
    )  # fmt: skip
    unit = forms.TypedChoiceField(label=_("Unit of time"), choices=Unit.choices, coerce=int, initial=Unit.HOURS)

    class Meta:
        model = Database
        fields = ("name",)
        labels: ClassVar[dict[str, Any]] = {"name": _("Name of the database")}

    def __init__(self, *args: Any, instance: Database | None = None, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, initial=_interval(instance.every if instance else 0), **kwargs)
        if instance is not None:
            self.fields["url"].required = False
            self.fields["url"].help_text = _("Leave it empty to keep the address as it is.")

    def clean_url(self) -> str:
        """Refuse addresses that may not be used."""
        url = str(self.cleaned_data["url"])
        try:
            self.shown = shown_address(url) if url else ""
        except UnusableAddress as error:
            raise ValidationError(str(error)) from error
        return url

    def values(self) -> dict[str, Any]:
        """What is to be kept; no address when it stays as it is."""
        every = (self.cleaned_data["amount"] or 0) * self.cleaned_data["unit"]
        kept = {"name": self.cleaned_data["name"], "every": every}
        url = self.cleaned_data["url"]
        return kept | ({"url": url, "shown": self.shown} if url else {})


def _interval(minutes: int) -> dict[str, Any]:
    """An interval in the largest unit that it is whole in."""
    if not minutes:
        return {}
    unit = max(each for each in Unit if minutes % each == 0)
    return {"amount": minutes // unit, "unit": int(unit)}


@dataclass(frozen=True, slots=True)
class Line:
    """A column of the log in the mapping: its control, and how it was found."""

    field: forms.BoundField
    column: str
    title: str
    is_required: bool
    how: str
    note: Any
    example: str


class MappingForm(Form):
    """What one table of a source is, and what fills each column of the log."""

    table = forms.ChoiceField(label=_("Rows of this table are"))
    is_left_out = forms.BooleanField(label=_("Leave this table out of the load"), required=False)

    def __init__(self, look: Mapping[str, Any], said: Mapping[str, Any] | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look, self.said = look, said or {"table": look["table"], "columns": {}}
        voice = Voice(spoken())
        table = self.fields["table"]
        table.choices = [(name, voice.say(f"table.{name}")) for name in KINDS]  # type: ignore[attr-defined]
        table.initial = look["table"]
        self.fields["is_left_out"].initial = bool(look.get("is_left_out"))
        self._found = {
            f"{match['table']}.{column['column']}": column for match in look["matches"] for column in match["columns"]
        }
        for name in self._targets():
            field = forms.CharField(
                label=name.partition(".")[2], required=False, max_length=_LONGEST_EXPRESSION,
                initial=self._found.get(name, {}).get("expression", ""),
                widget=forms.TextInput({"list": f"{self.prefix}-columns", "autocomplete": "off"}),
            )  # fmt: skip
            dress(field)
            self.fields[name] = field

    def _targets(self) -> list[str]:
        table = self.look["table"]
        own = [f"{each}.{column}" for each in (table, *KINDS[table].companions) for column in TABLES[each].names]
        return list(dict.fromkeys([*own, *self._found, *self.said["columns"]]))

    def clean(self) -> dict[str, Any]:
        """Refuse what fills nothing, in a table that is to be loaded."""
        for name in () if self.cleaned_data["is_left_out"] else self._targets():
            text = self.cleaned_data.get(name, "")
            try:
                check_target(name)
                if (
                    text
                    and text != self.fields[name].initial
                    and given_found(tuple(self.look["columns"]), text) is None
                ):
                    self.add_error(
                        name, ValidationError(_("There is no such column, and it is no expression over them."))
                    )
            except VernostError as error:
                self.add_error(name, ValidationError(error.told(spoken())))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What was said: the table, and the columns that are not as they were guessed; or that it is left out."""
        if self.cleaned_data["is_left_out"]:
            return {**self.said, "is_left_out": True}
        table = self.cleaned_data["table"]
        if table != self.look["table"]:
            return {"table": table, "columns": {}, "is_left_out": False}
        said = {}
        for name in self._targets():
            text, guessed = self.cleaned_data.get(name, ""), str(self.fields[name].initial)
            if name in self.said["columns"] or text != guessed:
                said[name] = text
        return {"table": table, "columns": said, "is_left_out": False}

    def lines(self) -> Iterator[Line]:
        """The columns of the table itself."""
        return (self._line(name) for name in self._targets() if name.startswith(f"{self.look['table']}."))

    def others(self) -> Iterator[tuple[str, list[Line]]]:
        """The columns of other tables that the same rows fill: title of the table, its columns."""
        voice = Voice(spoken())
        names = [name for name in self._targets() if not name.startswith(f"{self.look['table']}.")]
        for table in dict.fromkeys(name.partition(".")[0] for name in names):
            yield voice.say(f"table.{table}"), [self._line(n) for n in names if n.startswith(f"{table}.")]

    def _line(self, name: str) -> Line:
        table, _dot, column = name.partition(".")
        found = self._found.get(name)
        is_required = (column,) in KINDS[table].needs
        note = found["note"] if found else ""
        return Line(self[name], column, called(column), is_required, _how(found), note, self._example(found))

    def _example(self, found: Mapping[str, Any] | None) -> str:
        """The first cell of the column that fills it."""
        columns = self.look["columns"]
        if not found or found["expression"] not in columns:
            return ""
        place = columns.index(found["expression"])
        return next((str(row[place]) for row in self.look["rows"] if row[place]), "")


def _how(found: Mapping[str, Any] | None) -> str:
    """How surely a column was found."""
    if found is None:
        return ""
    if found["why"] == "given":
        return "said"
    return "sure" if found["confidence"] >= SURE else "likely" if found["confidence"] >= LIKELY else "guess"
