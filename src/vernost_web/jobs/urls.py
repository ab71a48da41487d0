from django.urls import path

from vernost_web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<uuid:pk>/", views.progress, name="progress"),
    path("<uuid:pk>/cancel/", views.stop, name="cancel"),
]
