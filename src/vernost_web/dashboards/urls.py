from django.urls import path

from vernost_web.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("overview/numbers/", views.numbers, name="numbers"),
]
