from django.urls import path

from vernost_web.alerts import views

app_name = "alerts"
urlpatterns = [
    path("", views.alarms, name="alarms"),
    path("open/", views.open_panel, name="open"),
    path("targets/", views.targets, name="targets"),
    path("targets/of/", views.target_panel, name="of_measure"),
    path("targets/<int:pk>/remove/", views.remove_target, name="remove_target"),
    path("watches/", views.watches, name="watches"),
    path("watches/<int:pk>/switch/", views.switch_watch, name="switch_watch"),
    path("receivers/", views.receivers, name="receivers"),
    path("receivers/<int:pk>/remove/", views.remove_receiver, name="remove_receiver"),
    path("<uuid:pk>/", views.alarm, name="alarm"),
    path("<uuid:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<uuid:pk>/mute/", views.mute, name="mute"),
    path("<uuid:pk>/assign/", views.assign, name="assign"),
]
