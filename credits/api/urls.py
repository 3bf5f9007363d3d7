from django.urls import path

from credits.api.views import ListEntries, ListLots, ShowCredits

urlpatterns = [
    path("credits", ShowCredits.as_view(), name="api-credits"),
    path("credits/lots", ListLots.as_view(), name="api-lots"),
    path("credits/entries", ListEntries.as_view(), name="api-entries"),
]
