"""What people write down about a customer."""

from datetime import datetime, time
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.accounts.queries import people
from vernost_web.customers.models import Care, Consent, Membership, Note, Occasion, SavedView, Tagging
from vernost_web.customers.searching import is_known
from vernost_web.ui.forms import DayField, ModelForm

_GIVEN = [("True", _("given")), ("False", _("withdrawn"))]


class NoteForm(ModelForm):
    """A note."""

    class Meta:
        model = Note
        fields: ClassVar[list[str]] = ["text"]
        labels: ClassVar[dict[str, Any]] = {"text": _("Note")}
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 2})}


class TagForm(ModelForm):
    """A tag."""

    class Meta:
        model = Tagging
        fields: ClassVar[list[str]] = ["tag"]


class OccasionForm(ModelForm):
    """A date that matters."""

    on = DayField(label=_("Date"))

    class Meta:
        model = Occasion
        fields: ClassVar[list[str]] = ["title", "on", "is_yearly"]


class CareForm(ModelForm):
    """Who looks after a customer, and how they like to be treated."""

    class Meta:
        model = Care
        fields: ClassVar[list[str]] = ["owner", "channel", "hours", "language", "wishes"]
        widgets: ClassVar[dict[str, Any]] = {"wishes": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people().filter(is_active=True)  # type: ignore[attr-defined]


class ConsentForm(ModelForm):
    """What a customer allowed or forbade."""

    is_given = forms.TypedChoiceField(
        label=_("What they said"), choices=_GIVEN, coerce=lambda value: value == "True", widget=forms.RadioSelect
    )
    at = DayField(label=_("When they said so"), required=False)

    class Meta:
        model = Consent
        fields: ClassVar[list[str]] = ["channel", "purpose", "is_given", "at", "source", "text"]
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 2})}

    def clean_at(self) -> datetime:
        """The beginning of a day that is over; now for today, so that what was said later stands after what was before.

        Raises:
            ValidationError: for a day that has not come.
        """
        day, now = self.cleaned_data["at"], timezone.localtime()
        if day is None or day == now.date():
            return now
        if day > now.date():
            raise ValidationError(_("This day has not come yet."))
        return timezone.make_aware(datetime.combine(day, time.min))


class MemberForm(ModelForm):
    """A person who works for a company."""

    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = ["customer_id", "position"]
        labels: ClassVar[dict[str, Any]] = {"customer_id": _("Id of the person")}

    def clean_customer_id(self) -> str:
        """An id that is known."""
        found: str = self.cleaned_data["customer_id"].strip()
        if not is_known(found):
            raise ValidationError(_("There is no customer of this id."))
        return found


class ViewForm(ModelForm):
    """A name for a list."""

    class Meta:
        model = SavedView
        fields: ClassVar[list[str]] = ["name", "is_shared"]
        labels: ClassVar[dict[str, Any]] = {"name": _("Name of the list")}
