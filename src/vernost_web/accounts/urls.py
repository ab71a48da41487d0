from django.urls import path

from vernost_web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("me/", views.me, name="me"),
    path("enter/<str:secret>/", views.enter, name="enter"),
]
