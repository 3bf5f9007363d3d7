from django.urls import path

from accounts.views import keys, notices, profile

urlpatterns = [
    path("keys/", keys.key_list, name="keys"),
    path("keys/new/", keys.key_new, name="key-new"),
    path("keys/<str:key_id>/revoke/", keys.key_revoke, name="key-revoke"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.notices_read, name="notices-read"),
    path("account/", profile.account, name="account"),
]
