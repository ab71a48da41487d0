"""What is chosen and written down on the pages of customers."""

from vernost_web.customers.forms.choosing import ListForm
from vernost_web.customers.forms.writing import (
    CareForm,
    ConsentForm,
    MemberForm,
    NoteForm,
    OccasionForm,
    TagForm,
    ViewForm,
)

__all__ = ["CareForm", "ConsentForm", "ListForm", "MemberForm", "NoteForm", "OccasionForm", "TagForm", "ViewForm"]
