from django.urls import path

from contracts.api.cases import ListCases, OpenCase, ShowCase, WriteInCase
from contracts.api.contracts import DocumentFile, ListContracts, ListDocuments, ShowContract, ShowGoverning
from contracts.api.invoices import ListContractInvoices, ShowContractInvoice, ShowLiability
from contracts.api.service_levels import ShowServiceLevel
from contracts.api.users import InviteUser, ListUsers, RemoveUser
from upstage_console.kernel.api.methods import by_method

OF = "contracts/<str:contract>"

urlpatterns = [
    path("contracts", ListContracts.as_view(), name="api-contracts"),
    path(f"{OF}", ShowContract.as_view(), name="api-contract"),
    path(f"{OF}/documents", ListDocuments.as_view(), name="api-contract-documents"),
    path(f"{OF}/files/<str:file>", DocumentFile.as_view(), name="api-contract-file"),
    path(f"{OF}/governing", ShowGoverning.as_view(), name="api-contract-governing"),
    path(f"{OF}/users", by_method(GET=ListUsers, POST=InviteUser), name="api-contract-users"),
    path(f"{OF}/users/<str:user>", by_method(DELETE=RemoveUser), name="api-contract-user"),
    path(f"{OF}/sla/<str:month>", ShowServiceLevel.as_view(), name="api-contract-sla"),
    path(f"{OF}/cases", by_method(GET=ListCases, POST=OpenCase), name="api-contract-cases"),
    path(f"{OF}/cases/<str:case>", ShowCase.as_view(), name="api-contract-case"),
    path(f"{OF}/cases/<str:case>/messages", WriteInCase.as_view(), name="api-contract-case-messages"),
    path(f"{OF}/invoices", ListContractInvoices.as_view(), name="api-contract-invoices"),
    path(f"{OF}/invoices/<str:number>", ShowContractInvoice.as_view(), name="api-contract-invoice"),
    path(f"{OF}/liability", ShowLiability.as_view(), name="api-contract-liability"),
]
