"""Home, health, language, errors, the style guide."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_home_is_open_to_everybody_and_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/").status_code == 200


def test_health_answers(client):
    assert client.get("/health/").json()["status"] == "ok"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_language_is_kept_in_the_browser(client, language):
    response = client.post("/language/", {"language": language, "next": "/"}, follow=True)
    assert f'<html lang="{language}">' in response.content.decode()


def test_language_never_leads_away(client):
    assert client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"}).url == "/"


def test_language_that_is_unknown_is_refused(client):
    assert client.post("/language/", {"language": "xx"}).status_code == 400


def test_language_of_the_person_holds_without_a_choice(client, kim):
    kim.user.language = "en"
    kim.user.save()
    client.force_login(kim.user, backend="django.contrib.auth.backends.ModelBackend")
    assert '<html lang="en">' in client.get("/", headers={"accept-language": "ko"}).content.decode()


def test_missing_page_says_so_with_the_number_of_the_request(client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert response.headers["X-Request-Id"] in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/invoices/a%00b/", "/invoices/%00.pdf", "/invoices/%00/pay/", "/keys/%00/revoke/"]
)
def test_nul_in_an_address_is_a_missing_page(client, kim, address):
    client.force_login(kim.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404


def test_nul_in_a_query_is_a_bad_request(client, amy: User):
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/billing/invoice/?status__exact=%00").status_code == 400
    assert client.get("/usage/?until=%00").status_code == 400


def test_form_without_its_token_is_explained(kim):
    browser = Client(enforce_csrf_checks=True)
    response = browser.post("/language/", {"language": "en"}, headers={"accept-language": "en"})
    assert response.status_code == 403
    assert "Nothing was sent or charged" in response.content.decode()


def test_error_of_ours_needs_neither_session_nor_database(client, monkeypatch):
    def broken(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("upstage_console.web.pages.connection.cursor", broken)
    client.raise_request_exception = False
    response = client.get("/health/")
    assert response.status_code == 500
    assert response.headers["X-Request-Id"] in response.content.decode()


def test_styleguide_is_for_staff(client, kim):
    client.force_login(kim.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/styleguide/").status_code == 302


@pytest.mark.parametrize("language", ["ko", "en"])
def test_styleguide_shows_every_component(client, amy: User, language):
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("styleguide"), headers={"accept-language": language})
    assert response.status_code == 200
    assert all(name in response.content.decode() for name in ("timeline", "stepper", "why-panel", "skeleton", "pager"))
