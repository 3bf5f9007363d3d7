"""The one page of the runner, inside the back office."""

from django.contrib import admin
from django.urls import path

from upstage_console.scenarios import views

urlpatterns = [path("", admin.site.admin_view(views.play), name="play_scenario")]
