from django.urls import path

from vernost_web.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.reports, name="reports"),
    path("<uuid:pk>/", views.read, name="read"),
    path("<uuid:pk>/file/<str:kind>/", views.report_file, name="file"),
    path("<uuid:pk>/remove/", views.remove, name="remove"),
    path("schedules/", views.schedules, name="schedules"),
    path("schedules/<int:pk>/remove/", views.unschedule, name="unschedule"),
]
