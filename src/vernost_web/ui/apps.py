from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "vernost_web.ui"
    label = "ui"
