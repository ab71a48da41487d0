from django.urls import path

from vernost_web.tracking import views

app_name = "tracking"
urlpatterns = [
    path("", views.live, name="live"),
    path("newest/", views.newest, name="newest"),
    path("events/<int:number>/", views.event, name="event"),
    path("sources/", views.sources, name="sources"),
    path("sources/<int:pk>/", views.source, name="source"),
    path("sources/<int:pk>/keys/", views.make_key, name="make_key"),
    path("keys/<int:pk>/withdraw/", views.withdraw_key, name="withdraw_key"),
]
