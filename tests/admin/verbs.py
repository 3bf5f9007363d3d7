"""Using verbs as a person does: look, fill in, look at the effect, confirm."""

from typing import Any

from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def page_of(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def verb_of(row: Any, verb: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_do", args=[row.pk, verb])


def preview(client: Client, url: str, **fields: Any) -> HttpResponse:
    """The page after `Show the effect`."""
    return client.post(url, {"reason": "asked for", "nonce": "n1", **fields, "preview": "1"})


def use(client: Client, url: str, **fields: Any) -> HttpResponse:
    """See the effect, then confirm it."""
    seen = preview(client, url, **fields).context["form"].data["seen"]
    return client.post(url, {"reason": "asked for", "nonce": "n1", **fields, "seen": seen, "confirm": "1"})


def everything() -> dict[str, list[Any]]:
    """Every row of every table of ours, to see that nothing has changed."""
    ours = {"accounts", "credits", "billing", "contracts", "kernel"}
    models = [model for model in apps.get_models() if model._meta.app_label in ours]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}
