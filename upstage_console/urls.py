"""Every address of the console."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from upstage_console.kernel.api.docs import Description, Explorer, Problems

# One way in, with its limits and its second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("upstage_console.web.urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("credits.urls")),
    path("", include("contracts.urls")),
    path("admin/scenarios/", include("upstage_console.scenarios.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("upstage_console.api_urls")),
    path("api/docs/", Explorer.as_view(), name="api-docs"),
    path("api/docs/openapi.yaml", Description.as_view(), name="api-description"),
    path("api/docs/problems/", Problems.as_view(), name="api-problems"),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="sessions")),
    path("accounts/2fa/", RedirectView.as_view(pattern_name="security")),
    path("accounts/", include("allauth.urls")),
]

handler400 = "upstage_console.web.pages.bad_request"
handler403 = "upstage_console.web.pages.forbidden"
handler404 = "upstage_console.web.pages.not_found"
handler429 = "upstage_console.web.pages.too_many"
handler500 = "upstage_console.web.pages.server_error"
