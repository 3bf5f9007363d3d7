"""Browsers in which somebody logs in by the page, as the tests of safe accounts need them."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def holder(member):
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    return member


@pytest.fixture
def inside(client, holder):
    """A browser in which the holder has logged in by the page."""
    log_in(client, holder)
    return client


@pytest.fixture
def sure(inside):
    """… and has given the password once more."""
    inside.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return inside


def log_in(client: Client, member, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": member.user.email, "password": password})
