"""Programs pass by what only pages need."""

import logging

import pytest
from django.contrib.sessions.middleware import SessionMiddleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def sessions(monkeypatch):
    """The addresses of the requests that a session was looked up for."""
    seen, real = [], SessionMiddleware.process_request

    def noted(self, request):
        seen.append(request.path)
        return real(self, request)

    monkeypatch.setattr(SessionMiddleware, "process_request", noted)
    return seen


def test_operation_has_no_session(own, sessions):
    assert own.get("/me").status_code == 200
    assert sessions == []


def test_browser_that_is_logged_in_is_nobody_here(client, amy, django_assert_num_queries):
    client.force_login(amy)
    with django_assert_num_queries(0):
        response = client.get("/api/v1/me")
    assert response.status_code == 401
    assert response.headers["Vary"] == "Accept-Language"
    assert response.headers["X-Request-Id"]
    assert response.headers["Content-Length"] == str(len(response.content))


def test_address_that_is_none_is_a_problem(client):
    assert client.get("/api/v1/nothing").headers["Content-Type"] == "application/problem+json"


def test_pages_about_the_api_are_pages(client, sessions):
    assert client.get("/api/docs/problems/").status_code == 200
    assert sessions == ["/api/docs/problems/"]


def test_refusal_is_logged_by_one_handler():
    """The framework's own handler beside the console's would write each line twice."""
    logger, names = logging.getLogger("django.request"), []
    while logger is not None:
        names += [type(handler).__name__ for handler in logger.handlers]
        logger = logger.parent
    assert [name for name in names if name in ("StreamHandler", "AdminEmailHandler")] == ["StreamHandler"]
