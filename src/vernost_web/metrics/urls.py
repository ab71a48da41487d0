from django.urls import path

from vernost_web.metrics import views

app_name = "metrics"
urlpatterns = [path("", views.catalogue, name="catalogue"), path("<str:name>/", views.measure, name="measure")]
