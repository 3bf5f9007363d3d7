from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "upstage_console.web"
    label = "web"
