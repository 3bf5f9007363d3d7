from django.urls import path

from upstage_console.web import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("start/", pages.start, name="start"),
    path("health/", pages.health, name="health"),
    path("language/", pages.language, name="language"),
    path("styleguide/", pages.styleguide, name="styleguide"),
]
