from django.urls import path

from vernost_web.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("<uuid:pk>/", views.webhook, name="webhook"),
    path("<uuid:pk>/switch/", views.switch, name="switch"),
    path("<uuid:pk>/secret/", views.renew_secret, name="renew_secret"),
    path("<uuid:pk>/remove/", views.remove, name="remove"),
    path("<uuid:pk>/deliveries/<uuid:delivery>/again/", views.deliver_again, name="again"),
]
