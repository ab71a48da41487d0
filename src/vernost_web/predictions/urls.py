from django.urls import path

from vernost_web.predictions import views

app_name = "predictions"
urlpatterns = [
    path("", views.room, name="room"),
    path("map/", views.risk_map, name="map"),
    path("panel/", views.panel, name="panel"),
    path("of-customer/", views.of_customer, name="of_customer"),
    path("customers/", views.customers, name="customers"),
    path("customers/file/<str:kind>/", views.customers_file, name="customers_file"),
    path("models/<uuid:pk>/", views.model, name="model"),
    path("models/<uuid:pk>/take-over/", views.take_over, name="take_over"),
    path("train/", views.train, name="train"),
    path("policy/", views.policy, name="policy"),
]
