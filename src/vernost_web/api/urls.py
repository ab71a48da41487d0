from django.urls import path

from vernost_web.api import views
from vernost_web.api.document import DOOR
from vernost_web.api.door import PREFIX, nowhere, patterns

app_name = "api"
urlpatterns = [
    path("", views.guide, name="guide"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:pk>/revoke/", views.revoke, name="revoke"),
    path(f"{PREFIX}openapi.json", views.document, name="document"),
    path(f"{PREFIX}vernost_client.py", views.client, name="client"),
    *(path(f"{PREFIX}{each.pattern}", each.callback, name=each.name) for each in patterns(DOOR)),
    path(f"{PREFIX}<path:rest>", nowhere, name="nowhere"),
]
