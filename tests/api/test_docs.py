"""The API's own pages: from local assets, without inline script, and true."""

import re

import pytest
from django.core.management import call_command

from tests.api.test_conformance import KEPT
from upstage_console.kernel.api.refusals import every_refusal

pytestmark = pytest.mark.django_db


def test_kept_description_is_what_the_code_says(tmp_path):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))
    assert made.read_text() == KEPT.read_text(), "run `make openapi`"


def test_served_description_is_the_kept_one(client):
    for language in ("ko", "en"):
        answer = client.get("/api/docs/openapi.yaml", headers={"Accept-Language": language})
        assert answer.content.decode().strip() == KEPT.read_text().strip()


@pytest.mark.parametrize("path", ["/api/docs/", "/api/docs/problems/"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(client, path, language):
    answer = client.get(path, headers={"Accept-Language": language})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "script-src" not in answer["Content-Security-Policy"] or "unsafe" not in answer["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", text) == []
    assert [found for found in re.findall(r'(?:src|href)="(https?://[^"]+)"', text) if "github.com" not in found] == []


def test_explorer_starts_from_a_script_of_our_own(client):
    (address,) = re.findall(r'src="(/api/docs/\?script=)"', client.get("/api/docs/").content.decode())
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/javascript")
    assert "/api/docs/openapi.yaml" in answer.content.decode().replace("\\u002D", "-")


def test_every_refusal_is_explained_at_its_anchor(client):
    text = client.get("/api/docs/problems/", headers={"Accept-Language": "en"}).content.decode()
    ours = {kind.code for kind in every_refusal() if not kind.__module__.startswith("tests.")}
    assert set(re.findall(r'<tr id="([^"]+)"', text)) == ours
    assert "insufficient_credits" in ours
    assert "%(" not in text
