"""Which documents and versions there are, which is in force, and what a clause says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.enums import Audience, ConsentMode, DocumentKind
from accounts.errors import UnknownDocument
from accounts.models import Article, Consent, Document, Provision, Version
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Clause
from upstage_console.kernel.errors import InvalidClause, NotFound

ACCEPTED = (ConsentMode.EXPLICIT, ConsentMode.DEEMED)


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """A clause as citations show it: its place, its full sentence (if imported) and its digest, in both languages."""

    code: str
    article: str
    title_ko: str
    title_en: str
    text_ko: str
    text_en: str
    digest_ko: str
    digest_en: str

    @property
    def ko(self) -> str:
        """The digest, else the text."""
        return self.digest_ko or self.text_ko

    @property
    def en(self) -> str:
        """The digest, else the text."""
        return self.digest_en or self.text_en


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause stands: document, version and the anchor on its page."""

    document: str
    version: str
    anchor: str


def published(at: datetime) -> QuerySet[Version]:
    """Every version anybody may read at `at`, also those that take effect later; separate agreements are private."""
    versions = Version.objects.filter(published_at__lte=at).select_related("document")
    return versions.exclude(document__kind=DocumentKind.AGREEMENT)


def in_force(at: datetime) -> QuerySet[Version]:
    """Of every document the version in force at `at`; a version governs from the first instant of its day in Korea."""
    versions = published(at).filter(effective_on__lte=kst_date(at))
    newest = versions.order_by("document_id", "-effective_on").distinct("document_id").values("pk")
    return published(at).filter(pk__in=newest).order_by("document__position")


def documents_in_force(at: datetime, audience: str | None = Audience.MEMBER) -> list[Version]:
    """The versions in force that the audience has to agree to (3.1), in the order of documents; None: of all.

    Who joins as a member agrees to the terms of individual services too: they govern what they use of them (5.2).
    """
    versions = in_force(at)
    if audience == Audience.MEMBER:
        return list(versions.filter(Q(document__required_of=audience) | Q(document__kind=DocumentKind.SERVICE)))
    return list(versions.filter(document__required_of=audience) if audience else versions)


def version_in_force(document: str, at: datetime) -> Version:
    """The version of a document in force at `at`. Refuses `unknown_document`."""
    version = in_force(at).filter(document__code=document).first()
    if version is None:
        raise UnknownDocument(facts={"document": document})
    return version


def missing_consents(member_id: int, at: datetime) -> list[Version]:
    """The versions in force of those documents that the member never accepted in any version.

    A later version needs no new consent here: silence counts (4.4), and a rejection has its own way (4.5).
    """
    accepted = Consent.objects.filter(
        member=member_id, version__document=OuterRef("document"), mode__in=ACCEPTED, at__lte=at
    )
    return list(in_force(at).filter(~Exists(accepted), document__required_of=Audience.MEMBER))


def documents_with_versions(at: datetime) -> QuerySet[Document]:
    """All public documents with their published versions, newest first (4.1)."""
    versions = published(at).order_by("-effective_on")
    documents = Document.objects.exclude(kind=DocumentKind.AGREEMENT)
    return documents.prefetch_related(Prefetch("versions", versions)).order_by("position")


def version_at(document: str, label: str, at: datetime) -> Version:
    """A published version by its address. Refuses `unknown_document`."""
    version = published(at).filter(document__code=document, label=label).first()
    if version is None:
        raise UnknownDocument(facts={"document": f"{document} {label}"})
    return version


def agreement_of(member_id: int, document: str, at: datetime) -> Version:
    """The newest version of a separate agreement with the member; another's is `unknown_document`."""
    versions = Version.objects.filter(document__kind=DocumentKind.AGREEMENT, published_at__lte=at)
    own = versions.filter(document__code=document, document__members=member_id).select_related("document")
    version = own.order_by("-effective_on").first()
    if version is None:
        raise UnknownDocument(facts={"document": document})
    return version


def place_of(code: str, at: datetime) -> Place:
    """Where the version in force at `at` has this clause or whole article. Refuses `not_found`."""
    try:
        wanted = Clause.parse(code)
    except InvalidClause:
        raise NotFound from None
    version = version_in_force(wanted.document, at)
    articles = version.articles.filter(code=wanted.article)
    if wanted.paragraph:
        articles = articles.filter(provisions__code=code)
    if not articles.exists():
        raise NotFound
    return Place(wanted.document, version.label, code.partition("/")[2])


def version_of_day(document: str, effective_on: date) -> Version | None:
    """The version that takes effect on a day, published or not."""
    versions = Version.objects.select_related("document")
    return versions.filter(document__code=document, effective_on=effective_on).first()


def with_articles(version: Version) -> Version:
    """The version with its articles and their clauses already read, in order: two queries."""
    provisions = Prefetch("provisions", Provision.objects.order_by("position"))
    articles = Article.objects.order_by("position").prefetch_related(provisions)
    prefetch_related_objects([version], Prefetch("articles", articles))
    return version


def clauses(codes: Iterable[str], at: datetime) -> Mapping[str, ClauseShown]:
    """What these clauses say in the versions in force at `at`, by code; unknown codes are left out. One query."""
    versions = in_force(at).order_by().values("pk")
    provisions = Provision.objects.filter(code__in=set(codes), article__version__in=versions)
    return {provision.code: _shown(provision) for provision in provisions.select_related("article")}


def clause(code: str, at: datetime) -> ClauseShown | None:
    """What a clause says in the version in force at `at`, or None where there is no such clause."""
    return clauses([code], at).get(code)


def _shown(provision: Provision) -> ClauseShown:
    article = provision.article
    return ClauseShown(
        provision.code, article.code, article.title_ko, article.title_en or article.digest_title_en,
        provision.text_ko, provision.text_en, provision.digest_ko, provision.digest_en,
    )  # fmt: skip
