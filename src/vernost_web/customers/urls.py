from django.urls import path, register_converter

from vernost_web.customers import views
from vernost_web.customers.addresses import IdConverter

register_converter(IdConverter, "customer")

app_name = "customers"
urlpatterns = [
    path("", views.lists, name="list"),
    path("filters/", views.filters, name="filters"),
    path("file/<str:kind>/", views.list_file, name="list_file"),
    path("views/save/", views.save_view, name="save_view"),
    path("views/<int:pk>/remove/", views.remove_view, name="remove_view"),
    path("bought/", views.bought, name="bought"),
    path("looks/", views.looks, name="looks"),
    path("of/<customer:customer_id>/", views.customer, name="customer"),
    path("of/<customer:customer_id>/timeline/", views.timeline, name="timeline"),
    path("of/<customer:customer_id>/care/", views.care, name="care"),
    path("of/<customer:customer_id>/add/<str:kind>/", views.add, name="add"),
    path("of/<customer:customer_id>/remove/<str:kind>/<int:pk>/", views.remove, name="remove"),
]
