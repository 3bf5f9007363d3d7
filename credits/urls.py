from django.urls import path

from credits.views import overview, promotions, why

urlpatterns = [
    path("credits/", overview.credits_page, name="credits"),
    path("credits/statement.csv", overview.statement, name="credits-statement"),
    path("credits/lots/<str:lot_id>/", overview.lot_page, name="lot"),
    path("credits/why/", why.why_page, name="credits-why"),
    path("credits/promotions/", promotions.promotion_list, name="promotions"),
    path("credits/promotions/<str:promotion_id>/", promotions.promotion_page, name="promotion"),
]
