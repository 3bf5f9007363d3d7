"""The terms in the back office are only read."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Article, Document, Provision, User, Version
from tests.accounts.terms_setup import AT, import_file, load_digests

pytestmark = pytest.mark.django_db

MODELS = [Document, Version, Article, Provision]


@pytest.fixture
def staff(client):
    user = User.objects.create_superuser("staff@example.com", date_joined=AT)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(model, page: str, *args: int) -> str:
    return reverse(f"admin:accounts_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_rows_are_shown(staff, model):
    import_file()
    assert staff.get(address(model, "changelist")).status_code == 200
    assert staff.get(address(model, "change", model.objects.first().pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_added_changed_or_deleted(staff, model):
    import_file()
    row = model.objects.first()
    for page, args in (("add", ()), ("change", (row.pk,)), ("delete", (row.pk,))):
        assert staff.post(address(model, page, *args), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS)
def test_lists_take_as_many_queries_with_more_rows(staff, model, django_assert_max_num_queries):
    load_digests()
    import_file()
    with django_assert_max_num_queries(20):
        staff.get(address(model, "changelist"))


def test_version_leads_to_its_public_page(staff):
    version = import_file().version
    assert "/terms/upstage/2026-03-02/" in staff.get(address(Version, "change", version.pk)).content.decode()


def test_clauses_are_found_by_code(staff):
    load_digests()
    rows = staff.get(address(Provision, "changelist"), {"q": "rift/17.3"}).context["cl"].result_count
    assert rows == 1


def test_every_model_of_the_terms_is_in_the_back_office():
    assert all(admin.site.is_registered(model) for model in MODELS)
