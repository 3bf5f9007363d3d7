from django.urls import include, path

from contracts.views import (
    cases,
    documents,
    invitations,
    invoices,
    keys,
    liability,
    overview,
    releases,
    service_levels,
    signing,
    users,
)

of_contract = [
    path("", overview.contract, name="contract"),
    path("documents/", documents.document_list, name="contract-documents"),
    path("documents/<str:document_id>/print/", documents.document_print, name="contract-print"),
    path("files/<str:file_id>/", documents.document_file, name="contract-file"),
    path("service-levels/", service_levels.month_list, name="contract-service-levels"),
    path("service-levels/<str:month>/", service_levels.month_page, name="contract-service-level"),
    path("service-levels/<str:month>.pdf", service_levels.month_file, name="contract-service-level-file"),
    path("service-levels/<str:month>/claim/", service_levels.claim, name="contract-claim"),
    path("cases/", cases.case_list, name="contract-cases"),
    path("cases/new/", cases.case_new, name="contract-case-new"),
    path("cases/<str:case_id>/", cases.case_page, name="contract-case"),
    path("cases/<str:case_id>/close/", cases.case_close, name="contract-case-close"),
    path("invoices/", invoices.invoice_list, name="contract-invoices"),
    path("invoices/<str:number>/", invoices.invoice_page, name="contract-invoice"),
    path("invoices/<str:number>/dispute/", invoices.invoice_dispute, name="contract-invoice-dispute"),
    path("users/", users.user_list, name="contract-users"),
    path("users/new/", users.user_new, name="contract-user-new"),
    path("users/<str:seat_id>/invite/", users.user_invite_again, name="contract-user-invite"),
    path("users/<str:seat_id>/remove/", users.user_remove, name="contract-user-remove"),
    path("users/<str:seat_id>/step-down/", users.user_step_down, name="contract-user-step-down"),
    path("users/<str:seat_id>/request/", users.user_request, name="contract-user-request"),
    path("liability/", liability.liability_page, name="contract-liability"),
    path("keys/", keys.key_list, name="contract-keys"),
    path("keys/new/", keys.key_new, name="contract-key-new"),
    path("keys/<str:key_id>/revoke/", keys.key_revoke, name="contract-key-revoke"),
]

urlpatterns = [
    path("sign/<str:token>/", signing.sign, name="sign"),
    path("sign/<str:token>/file/", signing.document_file, name="sign-file"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("contracts/", overview.contract_list, name="contracts"),
    path("contracts/<str:contract_id>/", include(of_contract)),
    path("releases/", releases.release_list, name="releases"),
]
