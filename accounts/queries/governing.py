"""Which text governs a member's use of a service on a day, and why the others yield (upstage/4.4, 4.5, 4.6, 5.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from accounts.enums import Audience, ConsentMode, DocumentKind, MemberStatus
from accounts.errors import UnknownDocument
from accounts.models import Consent, Document, Member, Version
from accounts.queries.amendments import silence_counts
from accounts.rules import governing_reasons as reasons
from accounts.rules.amendments import paid_from
from accounts.rules.governing import Held, Stance, holding, prevailing, survives
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason, enforces

WEIGHT = {ConsentMode.EXPLICIT: 3, ConsentMode.REFUSED: 2, ConsentMode.DEEMED: 1}
"""Of what a member said to one version, the heaviest counts: an acceptance withdraws a rejection."""


@dataclass(frozen=True, slots=True)
class Yielding:
    """A text that does not govern, and why."""

    document: Document
    version: Version
    why: Reason


@dataclass(frozen=True, slots=True)
class Governing:
    """The version that governs, why, what the member said to it, and what yields to it.

    `consent` is `refused` where a newer version was rejected and therefore the old one goes on. `begins_on` is the day
    from which it holds for this kind of service, `paid_from` the first day on which it holds for paid ones.
    """

    version: Version
    why: Reason
    consent: str
    begins_on: date
    paid_from: date
    yielding: tuple[Yielding, ...]
    surviving: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Text:
    """A document with its versions and the one of them that holds, if any."""

    document: Document
    versions: dict[int, Version]
    held: Held | None

    @property
    def version(self) -> Version | None:
        return self.versions[self.held.stance.key] if self.held else None


@enforces("upstage/4.4", "upstage/4.5", "upstage/5.1", "upstage/5.2")
def governing(member: Member, *, service: str, paid: bool, on: date, at: datetime) -> Governing:
    """The text that governs `member`'s use of `service` (paid or free) on a day, as it is known at `at`.

    Separate agreement > terms of the service > general terms (5.2). Refuses `unknown_document` where no text that the
    member agreed to holds on that day. Three queries.
    """
    texts = _texts(member, service, paid=paid, on=on, at=at)
    holding_texts = [text for text in texts if text.held is not None]
    if not holding_texts:
        raise UnknownDocument(facts={"document": service})
    kind = prevailing([text.document.kind for text in holding_texts])
    first = max((text for text in holding_texts if text.document.kind == kind), key=_begun)
    return _governing(first, texts, member, paid=paid)


@dataclass(frozen=True, slots=True)
class Use:
    """What governs the use of a service today, free and paid; `document` names the service's own text, if any."""

    document: Document | None
    free: Governing
    paid: Governing


def governing_now(member: Member, *, at: datetime) -> list[Use]:
    """What governs a member today: of services without a text of their own, then of each that has one."""
    services = _services(member)
    on = kst_date(at)
    uses = []
    for document in (None, *services):
        try:
            texts = [
                governing(member, service=document.service if document else "", paid=paid, on=on, at=at)
                for paid in (False, True)
            ]
        except UnknownDocument:
            continue
        uses.append(Use(document, *texts))
    return uses


def _services(member: Member) -> list[Document]:
    """One document for each service that has terms, or an agreement with the member, of its own."""
    own = Q(kind=DocumentKind.SERVICE, versions__published_at__isnull=False)
    agreed = Q(kind=DocumentKind.AGREEMENT, members=member.pk) & ~Q(service="")
    found = Document.objects.filter(own | agreed).order_by("service", "position").distinct()
    return list({document.service: document for document in found}.values())


def _begun(text: _Text) -> date:
    return text.held.stance.effective_on if text.held else date.min


def _governing(first: _Text, texts: Sequence[_Text], member: Member, *, paid: bool) -> Governing:
    version, held = first.version, first.held
    if version is None or held is None:
        raise UnknownDocument(facts={"document": first.document.code})
    others = [yielding for text in texts for yielding in _yielding(text, first, paid=paid)]
    gone = member.status in (MemberStatus.WITHDRAWN, MemberStatus.DISQUALIFIED, MemberStatus.ERASED)
    return Governing(
        version=version,
        why=reasons.why(first.document.kind, _named(first.document), held, paid=paid),
        consent=held.consent,
        begins_on=held.begins_on,
        paid_from=_paid_from(first),
        yielding=tuple(others),
        surviving=surviving(version) if gone else (),
    )


def _paid_from(text: _Text) -> date:
    """When the newest version that may still come to govern paid services does, else when the one that holds began."""
    held = text.held
    if held is None:
        return date.max
    newer = [stance for stance in held.newer if stance.is_accepted]
    return paid_from(newer[0].effective_on) if newer else held.begins_on


def _yielding(text: _Text, first: _Text, *, paid: bool) -> Iterable[Yielding]:
    """Why each newer version of the text that governs, and each other text, yields."""
    name = _named(text.document)
    if text is first:
        for stance in text.held.newer if text.held else ():
            yield Yielding(text.document, text.versions[stance.key], reasons.not_yet(name, stance, paid=paid))
    elif text.version is not None:
        yield Yielding(text.document, text.version, reasons.lower(name, _named(first.document)))
    elif text.versions:
        newest = max(text.versions.values(), key=lambda version: version.effective_on)
        yield Yielding(text.document, newest, reasons.not_agreed(name))


def _named(document: Document) -> tuple[str, str]:
    return document.title_ko, document.title_en


@enforces("upstage/4.6")
def surviving(version: Version) -> tuple[str, ...]:
    """The articles of a version that go on after the member has left."""
    articles = version.articles.order_by("position").values_list("code", "title_ko")
    return tuple(code for code, title in articles if survives(version.document.code, title))


def _texts(member: Member, service: str, *, paid: bool, on: date, at: datetime) -> list[_Text]:
    documents = list(_documents(member, service))
    rows = Version.objects.filter(document__in=documents, published_at__lte=at, effective_on__lte=on)
    versions = list(rows.select_related("document"))
    said = _said(member, versions, on)
    found = []
    for document in documents:
        own = {version.pk: version for version in versions if version.document_id == document.pk}
        stances = [_stance(version, said.get(version.pk), at=at) for version in own.values()]
        found.append(_Text(document, own, holding(stances, paid=paid, on=on)))
    return found


def _documents(member: Member, service: str) -> Iterable[Document]:
    """Separate agreements with the member, the terms of the service, and the general terms for members."""
    agreements = Q(kind=DocumentKind.AGREEMENT, members=member.pk) & (Q(service="") | Q(service=service))
    own = Q(kind=DocumentKind.SERVICE, service=service)
    general = Q(kind=DocumentKind.GENERAL, required_of=Audience.MEMBER)
    return Document.objects.filter(agreements | own | general).order_by("position").distinct()


def _said(member: Member, versions: Sequence[Version], on: date) -> dict[int, Consent]:
    """What the member had said to each version by the end of the day."""
    rows = Consent.objects.filter(member=member, version__in=versions)
    said: dict[int, Consent] = {}
    for consent in sorted(rows, key=lambda row: WEIGHT[ConsentMode(row.mode)]):
        if kst_date(consent.at) <= on:
            said[consent.version_id] = consent
    return said


def _stance(version: Version, consent: Consent | None, *, at: datetime) -> Stance:
    if consent is not None:
        return Stance(version.pk, version.effective_on, consent.mode, kst_date(consent.at))
    announced = kst_date(version.published_at or at)
    is_presumed = (
        version.deemed_at is None
        and version.document.required_of != Audience.CUSTOMER
        and version.effective_on > announced
        and silence_counts(version, announced=announced)
    )
    return Stance(version.pk, version.effective_on, "deemed" if is_presumed else "none")
