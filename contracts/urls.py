from django.urls import path

from contracts.views import signing

urlpatterns = [
    path("sign/<str:token>/", signing.sign, name="sign"),
    path("sign/<str:token>/file/", signing.document_file, name="sign-file"),
]
