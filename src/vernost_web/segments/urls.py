from django.urls import path

from vernost_web.segments import building, saving, views

app_name = "segments"
urlpatterns = [
    path("", views.room, name="list"),
    path("new/", building.new, name="new"),
    path("new/list/", building.new_list, name="new_list"),
    path("save/", saving.save, name="save"),
    path("save/list/", saving.save_list, name="save_list"),
    path("builder/", building.builder, name="builder"),
    path("count/", building.count, name="count"),
    path("compare/", views.compare, name="compare"),
    path("lag/", views.lag, name="lag"),
    path("of-customer/", views.of_customer, name="of_customer"),
    path("of/<str:key>/", views.segment, name="segment"),
    path("of/<str:key>/change/", building.change, name="change"),
    path("of/<str:key>/archive/", views.archive, name="archive"),
    path("of/<str:key>/<str:kind>/", views.segment_file, name="file"),
]
