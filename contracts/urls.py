from django.urls import path

from contracts.views import releases, service_levels, signing

urlpatterns = [
    path("sign/<str:token>/", signing.sign, name="sign"),
    path("sign/<str:token>/file/", signing.document_file, name="sign-file"),
    path("contracts/<str:contract_id>/service-levels/", service_levels.month_list, name="contract-service-levels"),
    path(
        "contracts/<str:contract_id>/service-levels/<str:month>/",
        service_levels.month_page,
        name="contract-service-level",
    ),
    path(
        "contracts/<str:contract_id>/service-levels/<str:month>.pdf",
        service_levels.month_file,
        name="contract-service-level-file",
    ),
    path("releases/", releases.release_list, name="releases"),
]
