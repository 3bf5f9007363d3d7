"""Every operation of the API, below /api/v1/."""

from django.urls import include, path, re_path

from upstage_console.kernel.api.operations import NotThere

urlpatterns = [
    path("", include("accounts.api.urls")),
    path("", include("credits.api.urls")),
    path("", include("billing.api.urls")),
    path("", include("contracts.api.urls")),
    re_path("", NotThere.as_view()),
]
