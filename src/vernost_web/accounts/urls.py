from django.urls import path

from vernost_web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("permissions/", views.permissions, name="permissions"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/role/", views.change_role, name="change_role"),
    path("<int:pk>/close/", views.close_access, name="close_access"),
    path("<int:pk>/reopen/", views.reopen_access, name="reopen_access"),
    path("<int:pk>/password-link/", views.make_password_link, name="make_password_link"),
    path("<int:pk>/drop-second-factor/", views.drop_second_factor, name="drop_second_factor"),
    path("me/", views.me, name="me"),
    path("me/sessions/end/", views.end_session, name="end_session"),
    path("me/sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
    path("enter/<str:secret>/", views.enter, name="enter"),
]
