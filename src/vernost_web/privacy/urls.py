from django.urls import path

from vernost_web.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.home, name="home"),
    path("panel/", views.panel, name="panel"),
    path("person/", views.person, name="person"),
    path("person/file/<str:kind>/", views.person_file, name="file"),
    path("person/erase/", views.erase, name="erase"),
    path("certificates/<uuid:pk>/", views.certificate, name="certificate"),
    path("certificates/<uuid:pk>/file/", views.certificate_file, name="certificate_file"),
    path("erased/", views.erased_list, name="erased"),
    path("terms/", views.terms, name="terms"),
]
