"""Every move of every table of states, tried from every state: what the table names moves, all else is refused."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from django.db.models import Model

from accounts import enums
from accounts.models import (
    Campaign,
    Case,
    ChangeRequest,
    DataExport,
    Departure,
    DestructionBatch,
    Member,
    Objection,
    RejoinRequest,
    Sanction,
    User,
)
from upstage_console.kernel.errors import AlreadyDone, IllegalMove
from upstage_console.kernel.models import Transition
from upstage_console.kernel.transitions import move, move_all

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 1)
World = tuple[Member, User, datetime]


def case_facts(state: str, amy: User, at: datetime) -> dict[str, Any]:
    return {"closed_at": None, "closed_by": None} if state == "open" else {"closed_at": at, "closed_by": amy}


def sanction_facts(state: str, amy: User, at: datetime) -> dict[str, Any]:
    return {"closed_at": None if state in ("proposed", "in_force") else at}


def objection_facts(state: str, amy: User, at: datetime) -> dict[str, Any]:
    return {"decided_at": None} if state == "submitted" else {"decided_at": at, "decided_by": amy}


def answered(state: str, amy: User, at: datetime) -> dict[str, Any]:
    return {"answered_at": None} if state == "requested" else {"answered_at": at, "answered_by": amy}


def departure_facts(state: str, amy: User, at: datetime) -> dict[str, Any]:
    is_over = state == "completed"
    return {"completed_at": at if is_over else None, "kept_until": DAY if is_over else None}


def batch_facts(state: str, amy: User, at: datetime) -> dict[str, Any]:
    approved = {"approved_at": at} if state in ("approved", "executed") else {}
    return {**approved, "executed_at": at if state == "executed" else None}


def export_facts(state: str, amy: User, at: datetime) -> dict[str, Any]:
    return {"ready_at": at, "expires_at": at, "file": "x.zip"} if state in ("ready", "expired") else {}


def make_sanction(world: World, **fields: Any) -> Model:
    member, _, at = world
    return Sanction.objects.create(
        member=member, kind="warning", ground="upstage/7.1.1", starts_at=at, decided_at=at, **fields
    )


def make_objection(world: World, **fields: Any) -> Model:
    sanction = make_sanction(world, status="in_force")
    return Objection.objects.create(
        sanction=sanction, member=world[0], text="아닙니다.", submitted_at=world[2], **fields
    )


def make_rejoin(world: World, **fields: Any) -> Model:
    departure = make_departure(world, status="completed", **departure_facts("completed", world[1], world[2]))
    return RejoinRequest.objects.create(departure=departure, requested_at=world[2], **fields)


def make_departure(world: World, **fields: Any) -> Model:
    return Departure.objects.create(member=world[0], requested_at=world[2], **fields)


def make_case(world: World, **fields: Any) -> Model:
    return Case.objects.create(kind="conduct", member=world[0], opened_at=world[2], **fields)


def make_change(world: World, **fields: Any) -> Model:
    return ChangeRequest.objects.create(
        member=world[0], field="name", value="김", reason="개명", requested_at=world[2], **fields
    )


def make_batch(world: World, **fields: Any) -> Model:
    return DestructionBatch.objects.create(due_on=DAY, proposed_at=world[2], **fields)


def make_export(world: World, **fields: Any) -> Model:
    return DataExport.objects.create(member=world[0], requested_at=world[2], **fields)


def make_campaign(world: World, **fields: Any) -> Model:
    return Campaign.objects.create(
        subject_ko="소식", subject_en="News", body_ko="소식", body_en="News", begun_at=world[2], **fields
    )


def campaign_facts(state: str, _: Any, at: datetime) -> dict[str, Any]:
    return {} if state == "sending" else {"ended_at": at}


Table = tuple[type[Any], Mapping[str, frozenset[str]], Callable[..., Model], Callable[..., dict[str, Any]]]
TABLES: dict[str, Table] = {
    "case": (enums.CaseStatus, enums.CASE_MOVES, make_case, case_facts),
    "sanction": (enums.SanctionStatus, enums.SANCTION_MOVES, make_sanction, sanction_facts),
    "objection": (enums.ObjectionStatus, enums.OBJECTION_MOVES, make_objection, objection_facts),
    "departure": (enums.DepartureStatus, enums.DEPARTURE_MOVES, make_departure, departure_facts),
    "rejoin": (enums.RejoinStatus, enums.REJOIN_MOVES, make_rejoin, answered),
    "change": (enums.ChangeStatus, enums.CHANGE_MOVES, make_change, answered),
    "batch": (enums.BatchStatus, enums.BATCH_MOVES, make_batch, batch_facts),
    "campaign": (enums.CampaignStatus, enums.CAMPAIGN_MOVES, make_campaign, campaign_facts),
    "export": (enums.ExportStatus, enums.EXPORT_MOVES, make_export, export_facts),
}
MATRIX = [
    pytest.param(name, before, after, id=f"{name}-{before}-{after}")
    for name, (states, *_) in TABLES.items()
    for before in states.values
    for after in states.values
]


@pytest.fixture
def world(member: Member, amy: User, at: datetime) -> World:
    return member, amy, at


@pytest.mark.parametrize(("name", "before", "after"), MATRIX)
def test_rows_move_only_as_their_table_allows(name: str, before: str, after: str, world: World) -> None:
    _, allowed, make, facts = TABLES[name]
    _, amy, at = world
    row = make(world, status=before, **facts(before, amy, at))
    known = Transition.objects.count()
    legal = after in allowed.get(before, frozenset())
    if legal:
        move(row, after, allowed=allowed, by=amy, at=at, **facts(after, amy, at))
    else:
        with pytest.raises(AlreadyDone if before == after else IllegalMove):
            move(row, after, allowed=allowed, by=amy, at=at, **facts(after, amy, at))
    assert type(row)._default_manager.get(pk=row.pk).status == (after if legal else before)
    assert Transition.objects.count() - known == (1 if legal else 0)


def test_every_table_of_the_app_is_tried() -> None:
    tables = {name for name in dir(enums) if name.endswith("_MOVES")}
    tried = {"MEMBER_MOVES"} | {
        name for name in tables for table in TABLES.values() if getattr(enums, name) is table[1]
    }
    assert tried == tables


@pytest.mark.parametrize("name", TABLES)
def test_every_state_that_a_table_names_exists(name: str) -> None:
    states, allowed, *_ = TABLES[name]
    named = set(allowed) | {state for targets in allowed.values() for state in targets}
    assert named <= set(states.values)


def test_many_rows_move_together_and_the_others_stay(world: World) -> None:
    member, amy, at = world
    held, proposed = make_sanction(world, status="in_force"), make_sanction(world, status="proposed")
    every = Sanction.objects.filter(member=member)
    moved = [move_all(every, "ended", allowed=enums.SANCTION_MOVES, at=at, closed_at=at) for _ in range(2)]
    assert moved == [1, 0]
    assert [row.status for row in Sanction.objects.order_by("pk")] == ["ended", "proposed"]
    assert [(one.subject, one.from_state, one.to_state) for one in Transition.objects.all()] == [
        (held.public_id, "in_force", "ended")
    ]
    assert proposed.closed_at is None
