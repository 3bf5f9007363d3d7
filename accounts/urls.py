from django.urls import path

from accounts.views import advertising, board, keys, notices, profile, retention, security, sessions, terms, theft

urlpatterns = [
    path("board/", board.post_list, name="board"),
    path("board/api-versions/", board.versions, name="api-versions"),
    path("board/<str:post_id>/", board.post, name="board-post"),
    path("status/", board.status, name="status"),
    path("keys/", keys.key_list, name="keys"),
    path("keys/new/", keys.key_new, name="key-new"),
    path("keys/<str:key_id>/revoke/", keys.key_revoke, name="key-revoke"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.notices_read, name="notices-read"),
    path("account/", profile.account, name="account"),
    path("account/advertising/", advertising.advertising, name="advertising"),
    path("advertising/refuse/<str:token>/", advertising.opt_out, name="opt-out"),
    path("account/security/", security.security, name="security"),
    path("account/stolen/", theft.report_own, name="theft"),
    path("stolen/", theft.ask, name="theft-ask"),
    path("stolen/done/", theft.done, name="theft-done"),
    path("stolen/<str:token>/", theft.report_by_link, name="theft-report"),
    path("account/sessions/", sessions.session_list, name="sessions"),
    path("account/sessions/end/", sessions.sessions_end, name="sessions-end"),
    path("account/sessions/<int:session_id>/end/", sessions.session_end, name="session-end"),
    path("account/data/views/", retention.data_views, name="data-views"),
    path("retention/", retention.retention_schedule, name="retention-schedule"),
    path("terms/", terms.document_list, name="terms"),
    path("terms/clause/<path:code>/", terms.clause, name="terms-clause"),
    path("terms/<slug:document>/", terms.document, name="terms-document"),
    path("terms/<slug:document>/<slug:version>/", terms.version, name="terms-version"),
    path("terms/<slug:document>/<slug:version>/<slug:article>/", terms.article, name="terms-article"),
]
