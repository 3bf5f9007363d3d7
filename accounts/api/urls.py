from django.urls import path

from accounts.api.board import RecordBounce, ShowStatus
from accounts.api.governing import CompareTerms, GoverningTerms
from accounts.api.members import Me
from accounts.api.sanctions import ListSanctions, ObjectToSanction, ShowSanction
from accounts.api.standing import ShowStanding
from accounts.api.stored_data import EndInference, ListOwnData, ReadOwnData, StoreData
from accounts.api.terms import ListTerms, ShowTerms

urlpatterns = [
    path("me", Me.as_view(), name="api-me"),
    path("standing", ShowStanding.as_view(), name="api-standing"),
    path("status", ShowStatus.as_view(), name="api-status"),
    path("mail-bounces", RecordBounce.as_view(), name="api-mail-bounces"),
    path("sanctions", ListSanctions.as_view(), name="api-sanctions"),
    path("sanctions/<str:sanction>", ShowSanction.as_view(), name="api-sanction"),
    path("sanctions/<str:sanction>/objections", ObjectToSanction.as_view(), name="api-objections"),
    path("stored-data", StoreData.as_view(), name="api-stored-data"),
    path("stored-data/<str:data>/inference-ended", EndInference.as_view(), name="api-inference-ended"),
    path("own-data", ListOwnData.as_view(), name="api-own-data"),
    path("own-data/<str:data>", ReadOwnData.as_view(), name="api-own-data-content"),
    path("terms", ListTerms.as_view(), name="api-terms"),
    path("terms/governing", GoverningTerms.as_view(), name="api-terms-governing"),
    path("terms/<str:document>/<str:version>/compare/<str:other>", CompareTerms.as_view(), name="api-terms-compare"),
    path("terms/<str:document>/<str:version>", ShowTerms.as_view(), name="api-terms-version"),
]
