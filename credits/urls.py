from django.urls import path

from credits.views import overview

urlpatterns = [
    path("credits/", overview.credits_page, name="credits"),
    path("credits/statement.csv", overview.statement, name="credits-statement"),
    path("credits/lots/<str:lot_id>/", overview.lot_page, name="lot"),
]
