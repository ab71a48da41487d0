from django.urls import path

from vernost_web.data import views

app_name = "data"
urlpatterns = [
    path("", views.home, name="home"),
    path("upload/", views.upload, name="upload"),
    path("new/<uuid:pk>/", views.intake, name="intake"),
    path("new/<uuid:pk>/columns/", views.columns, name="columns"),
    path("new/<uuid:pk>/again/", views.look_again, name="look_again"),
    path("new/<uuid:pk>/try/", views.try_out, name="try_out"),
    path("new/<uuid:pk>/load/", views.load, name="load"),
    path("new/<uuid:pk>/discard/", views.discard, name="discard"),
    path("loads/<int:number>/", views.receipt, name="receipt"),
    path("loads/<int:number>/rejected/<int:place>/", views.rejected, name="rejected"),
    path("loads/<int:number>/undo/", views.undo, name="undo"),
    path("databases/", views.databases, name="databases"),
    path("databases/new/", views.new_database, name="new_database"),
    path("databases/<uuid:pk>/", views.database, name="database"),
    path("databases/<uuid:pk>/look/", views.look_into, name="look_into"),
    path("databases/<uuid:pk>/load/", views.fetch, name="fetch"),
    path("databases/<uuid:pk>/remove/", views.remove_database, name="remove_database"),
    path("quality/", views.quality, name="quality"),
    path("warnings/", views.warnings, name="warnings"),
]
