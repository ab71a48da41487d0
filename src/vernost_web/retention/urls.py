from django.urls import path

from vernost_web.retention import views

app_name = "retention"
urlpatterns = [
    path("", views.room, name="room"),
    path("panel/", views.panel, name="panel"),
    path("lapse/", views.lapse, name="lapse"),
    path("lapse/set/", views.set_lapse, name="set_lapse"),
    path("figures/<str:anchor>/", views.figure, name="figure"),
    path("figures/<str:anchor>/<str:kind>/", views.figure_file, name="figure_file"),
]
