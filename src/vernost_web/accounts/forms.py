"""What people tell of themselves and of each other."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vernost_web.accounts.models import LANGUAGES, User
from vernost_web.accounts.permissions import Role
from vernost_web.ui.forms import Form, ModelForm

_NEW_PASSWORD = {"autocomplete": "new-password"}


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, help_text=_("What each role may do is told on the page of permissions.")
    )


class RoleForm(Form):
    """What somebody is responsible for."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class PasswordForm(Form):
    """A new password, typed twice."""

    password = forms.CharField(label=_("Password"), strip=False, widget=forms.PasswordInput(attrs=_NEW_PASSWORD))
    again = forms.CharField(
        label=_("The same password again"), strip=False, widget=forms.PasswordInput(attrs=_NEW_PASSWORD)
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Check that it is good enough and the same twice."""
        given = super().clean() or {}
        password, again = given.get("password"), given.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ."))
        if password:
            self.user.name = given.get("name", self.user.name)
            try:
                validate_password(password, self.user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class JoiningForm(PasswordForm):
    """What a newcomer tells."""

    name = forms.CharField(label=_("Your name, as colleagues call you"), max_length=120)
    language = forms.ChoiceField(label=_("Language of your pages"), choices=LANGUAGES[1:])
    field_order = ("name", "password", "again", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["language"].initial = get_language()


class MeForm(ModelForm):
    """One's own name and tastes."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["name", "language", "theme"]
