"""Every address of the console."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("upstage_console.web.urls")),
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
]

handler400 = "upstage_console.web.pages.bad_request"
handler403 = "upstage_console.web.pages.forbidden"
handler404 = "upstage_console.web.pages.not_found"
handler500 = "upstage_console.web.pages.server_error"
