"""The back office, address by address: no error for whom everything is open, no personal data for whom it is not."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client

from accounts.models import Member, User
from tests.addresses.conftest import Belongings
from tests.addresses.walking import Address, addresses
from upstage_console.kernel.admin import ServiceActionAdmin

PURPOSE = "/admin/accounts/dataview/purpose/"
"""The question that stands before personal data; it shows none."""
OFFICE = [one for one in addresses("admin/") if not one.route.startswith(("admin/log", "admin/jsi18n"))]


def model_of(address: Address) -> type[Model] | None:
    """The model whose rows an address of the back office shows."""
    for model in admin.site._registry:
        if address.route.startswith(f"admin/{model._meta.app_label}/{model._meta.model_name}/"):
            return model
    return None


def is_personal(model: type[Model]) -> bool:
    """Whether rows belong to a member or are people themselves."""
    owners = {field.name for field in model._meta.get_fields() if field.is_relation and not field.auto_created}
    return model in (Member, User) or bool(owners & {"member", "user"})


def verbs_of(model_admin: ModelAdmin, *, on_list: bool) -> list[str]:
    if not isinstance(model_admin, ServiceActionAdmin):
        return []
    return [verb.name for verb in (model_admin.list_verbs if on_list else model_admin.get_verbs())]


def filled(address: Address, ids: dict[str, Any]) -> Iterator[str]:
    """The address with a real row, once for each of its verbs. An id nobody knows is a KeyError."""
    model, given = model_of(address), dict(ids)
    if model is not None:
        row = model._default_manager.first()
        given |= {f"{name}_id": row.pk if row else 0 for name in ("object", model._meta.model_name)}
    if "verb" not in address.parts:
        yield address.filled(given)
        return
    assert model is not None
    for verb in verbs_of(admin.site._registry[model], on_list="object_id" not in address.parts):
        yield address.filled(given | {"verb": verb})


def desk(*permissions: Permission) -> Client:
    user = User.objects.create_user("clerk@staff.example", "a long enough password", is_staff=True, name="Clerk")
    user.user_permissions.set(permissions)
    return at_desk(user)


def at_desk(user: User) -> Client:
    """Somebody of the staff who has said what they look at personal data for."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    client.post(PURPOSE, {"purpose": "walking every address", "next": ""})
    return client


def walk(client: Client, chosen: list[Address], ids: dict[str, Any]) -> dict[str, int]:
    return {path: asked(client, path).status_code for one in chosen for path in filled(one, ids)}


def asked(client: Client, path: str) -> Any:
    """What an address answers to reading it or, where it takes no reading, to doing it."""
    answer = client.get(path)
    return answer if answer.status_code != 405 else client.post(path)


def test_everything_opens_without_an_error_for_whom_all_is_open(anna: Belongings, amy: User, staff_ids: Any) -> None:
    found = walk(at_desk(amy), OFFICE, staff_ids)
    assert {path: status for path, status in found.items() if status not in (200, 302, 403, 404, 405)} == {}
    lists = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]
    assert {path: found[path] for path in lists if found[path] != 200} == {}
    assert len(found) > 150


def test_rows_that_tests_can_make_are_there(anna: Belongings, amy: User, staff_ids: Any) -> None:
    """Pages of rows are really pages of rows, for the most part."""
    empty = [model.__name__ for model in admin.site._registry if not model._default_manager.exists()]
    assert len(empty) < len(admin.site._registry) / 2, empty


def test_staff_without_a_permission_open_nothing(anna: Belongings, staff_ids: Any) -> None:
    client, marks, opened = desk(), (anna.member.user.email, anna.member.public_id), {}
    for one in OFFICE:
        for path in filled(one, staff_ids):
            answer = asked(client, path)
            told = [mark for mark in marks if mark in b"".join(answer).decode(errors="replace")]
            if told or (path != PURPOSE and model_of(one) is not None and answer.status_code not in (302, 403, 404)):
                opened[path] = (answer.status_code, told)
    assert opened == {}


def test_staff_who_see_all_but_personal_data_do_not_see_that(anna: Belongings, staff_ids: Any) -> None:
    others = [model for model in admin.site._registry if not is_personal(model)]
    labels = {(model._meta.app_label, f"view_{model._meta.model_name}") for model in others}
    allowed = [row for row in Permission.objects.select_related("content_type")
               if (row.content_type.app_label, row.codename) in labels]  # fmt: skip
    assert len(allowed) == len(labels)
    personal = [one for one in OFFICE if (model := model_of(one)) is not None and is_personal(model)
                and one.filled({name: "" for name in one.parts}) != PURPOSE]  # fmt: skip
    found = walk(desk(*allowed), personal, staff_ids)
    assert {path: status for path, status in found.items() if status not in (302, 403, 404)} == {}
    assert len(found) > 60


def test_members_and_nobody_are_led_away_from_the_back_office(anna: Belongings, client: Client, staff_ids: Any) -> None:
    at_home = Client()
    at_home.force_login(anna.member.user, backend="django.contrib.auth.backends.ModelBackend")
    opened = {
        path: answer.status_code
        for one in OFFICE
        for path in filled(one, staff_ids)
        for who in (client, at_home)
        if (answer := asked(who, path)).status_code not in (302, 403, 404)
    }
    assert opened == {}
