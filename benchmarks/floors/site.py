"""A bare Django: one view, no middleware, the connection handling that is ordinary; settings and addresses in one file.

/nothing    a small answer, without a database
/access     key, member and balance by raw SQL
"""

import json
import os
from typing import Any

import environ
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from accounts.rules.keys import hash_secret
from benchmarks.floors import statements

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = __name__
USE_TZ = True
DATABASES = {"default": environ.Env.db_url_config(os.environ["DATABASE_URL"]) | {"OPTIONS": {"pool": True}}}


def nothing(_request: HttpRequest) -> HttpResponse:
    return _answered({"allowed": True})


def access(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(statements.ACCESS, {"sha256": hash_secret(json.loads(request.body)["key"])})
        status, currency, balance = cursor.fetchone()
    return _answered({"allowed": status == "active" and balance > 0, "available": balance, "currency": currency})


def _answered(answer: dict[str, Any]) -> HttpResponse:
    """With its length, which a middleware would write."""
    response = JsonResponse(answer)
    response["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("nothing", nothing), path("access", access)]
application = get_wsgi_application()
