from django.urls import path

from vernost_web.company import views

app_name = "company"
urlpatterns = [path("", views.settings, name="settings")]
