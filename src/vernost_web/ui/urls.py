"""Addresses of the frame."""

from django.urls import path

from vernost_web.ui import views

urlpatterns = [
    path("charts.js", views.chart_library, name="chart_library"),
    path("language/", views.choose_language, name="choose_language"),
    path("theme/", views.choose_theme, name="choose_theme"),
    path("health/", views.health, name="health"),
]
