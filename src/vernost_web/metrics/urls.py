from django.urls import path

from vernost_web.metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<str:name>/", views.measure, name="measure"),
    path("<str:name>/answer/", views.answer, name="answer"),
    path("<str:name>/query/", views.query, name="query"),
    path("<str:name>/customers/", views.customers, name="customers"),
    path("<str:name>/customers/<str:kind>/", views.customers_file, name="customers_file"),
    path("<str:name>/<str:kind>/", views.rows_file, name="rows_file"),
]
