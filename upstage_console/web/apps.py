from django.apps import AppConfig

from upstage_console.web import checks  # noqa: F401  registers them


class WebConfig(AppConfig):
    name = "upstage_console.web"
    label = "web"
