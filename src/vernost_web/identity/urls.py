from django.urls import path

from vernost_web.identity import views

app_name = "identity"
urlpatterns = [
    path("", views.doubles, name="doubles"),
    path("search/", views.search, name="search"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("refused/", views.refused, name="refused"),
    path("merge/", views.merge, name="merge"),
    path("merges/", views.merges, name="merges"),
    path("part/", views.part, name="part"),
    path("under-way/", views.under_way, name="under_way"),
    path("of/", views.panel, name="panel"),
]
