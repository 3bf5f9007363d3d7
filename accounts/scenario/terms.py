"""What scenarios can do with terms: publish, accept, reject, and ask which text governs."""

from datetime import date
from typing import Any

from accounts.errors import UnknownDocument
from accounts.models import Document, Member, Version
from accounts.queries.amendments import coming_versions, earliest_day
from accounts.queries.governing import governing
from accounts.queries.terms import in_force
from accounts.services import amendments, answers, drafting, telling, terms
from accounts.services.drafting import ArticleDraft, Clause, Draft
from upstage_console.kernel.calendars import kst_date
from upstage_console.scenarios.arguments import Choice, Date, Flag, Name, NewName, Text
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
DOCUMENTS = Choice("upstage", "rift", "service", required=True)
REASON = ("이용 조건을 명확히 하기 위한 변경입니다.", "The conditions of use are made clearer.")


@action(
    "publish_terms",
    {
        "document": DOCUMENTS,
        "service": Text(),
        "effective": Date(required=True),
        "adverse": Flag(default=False),
        "previous": Name("version"),
        "as": NewName("version"),
    },
)
def publish_terms(
    world: World, *, document: str, service: str | None, effective: date, adverse: bool, previous: int | None,
    as_: str | None,
) -> Result:  # fmt: skip
    """Draft a version copied from the one before (or the one named), announce it, and tell the members."""
    row = _document(world, document, service)
    before = Version.objects.get(pk=previous) if previous else None
    draft = _draft(world, row, before)
    said = Draft(effective, adverse, *REASON, draft.closing_ko, draft.closing_en)
    draft = drafting.change(draft.pk, said, by=world.staff("amy"), at=world.now)
    earliest = earliest_day(draft, announced=kst_date(world.now))
    found = amendments.publish(draft.pk, by=world.staff("amy"), at=world.now)
    telling.tell_all(at=world.now)
    world.name("version", as_, draft.pk)
    return {
        "version": as_ or draft.label, "effective_on": found.version.effective_on, "earliest_on": earliest,
        "paid_from": found.paid_from, "clauses": telling.clauses_of(found.version),
    }  # fmt: skip


def _document(world: World, document: str, service: str | None) -> Document:
    if not Document.objects.exists():
        terms.load_digests(by=None, at=world.now)
    if document != "service":
        return Document.objects.get(code=document)
    found = Document.objects.filter(kind="service", service=service or "").first()
    return found or drafting.new_document(
        code=f"service-{service}"[:32], title_ko=f"{service} 서비스 약관", title_en=f"Terms of {service}",
        service=service or "service", by=world.staff("amy"), at=world.now,
    )  # fmt: skip


def _draft(world: World, document: Document, before: Version | None) -> Version:
    draft = drafting.draft_next(document.pk, before=before, by=world.staff("amy"), at=world.now)
    if not draft.articles.exists():
        first = ArticleDraft(
            "1", "목적", "Purpose", clauses=[Clause(0, "이 서비스에 적용됩니다.", "For this service.")]
        )
        drafting.write_article(draft.pk, first, by=world.staff("amy"), at=world.now)
    return draft


@action("accept_terms", {"member": A_MEMBER, "document": Text(default="upstage"), "service": Text(),
                         "version": Name("version")})  # fmt: skip
def accept_terms(world: World, *, member: int, document: str, service: str | None, version: int | None) -> Result:
    """The member accepts the version in force where that is open, else the next coming one."""
    owner = Member.objects.get(pk=member)
    chosen = Version.objects.get(pk=version) if version else _open_version(world, owner, document, service)
    consent = answers.accept(owner.pk, chosen.pk, by=owner.user, at=world.now)
    return {"version": _called(world, chosen), "mode": consent.mode, "clauses": ["upstage/4.4"]}


def _open_version(world: World, member: Member, document: str, service: str | None) -> Version:
    own = {"document__kind": "service", "document__service": service or ""}
    asked = own if document == "service" else {"document__code": document}
    now, coming = in_force(world.now).filter(**asked), coming_versions(world.now).filter(**asked)
    accepted = set(
        member.consents.filter(mode__in=["explicit", "deemed"], at__lte=world.now).values_list("version_id", flat=True)
    )
    found = [version for version in [*now, *coming] if version.pk not in accepted]
    chosen = next(iter(found), None) or coming.last() or now.first()
    if chosen is None:
        raise UnknownDocument(facts={"document": document})
    return chosen


@action("reject_terms", {"member": A_MEMBER, "version": Name("version", required=True)})
def reject_terms(world: World, *, member: int, version: int) -> Result:
    """The member rejects a coming version."""
    owner = Member.objects.get(pk=member)
    consent = answers.reject(owner.pk, version, by=owner.user, at=world.now)
    return {"status": consent.mode, "clauses": ["upstage/4.5"]}


@action(
    "governing_terms",
    {"member": A_MEMBER, "service": Text(default=""), "paid": Flag(default=True), "on": Date()},
)
def governing_terms(world: World, *, member: int, service: str, paid: bool, on: date | None) -> Result:
    """Which text governs, why, and what the member said to it."""
    owner = Member.objects.get(pk=member)
    found = governing(owner, service=service, paid=paid, on=on or world.today, at=world.now)
    return {
        "version": _called(world, found.version), "document": found.version.document.code, "why": found.why.en,
        "consent": found.consent, "effective_on": found.version.effective_on, "paid_from": found.paid_from,
        "yielding": [_called(world, one.version) for one in found.yielding], "clauses": found.why.clauses,
    }  # fmt: skip


def _called(world: World, version: Version) -> Any:
    return world.called("version", version.pk) or version.label
