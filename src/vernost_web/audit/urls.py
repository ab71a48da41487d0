from django.urls import path

from vernost_web.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.trail, name="trail"),
    path("audit.csv", views.export, name="export"),
]
