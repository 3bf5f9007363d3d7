"""The documents of the terms, their versions, and each clause of a version in both languages (upstage/4.1).

The text of a published version is never changed: triggers refuse it, whoever asks. The digest (the console's own
summary in plain words) is no text of the terms and may be mended.
"""

from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import Audience, DocumentKind
from accounts.models.members import Member
from upstage_console.kernel.db import LockingQuerySet

FROZEN = """
    IF EXISTS (SELECT 1 FROM accounts_version version
               WHERE version.id = {version} AND version.published_at IS NOT NULL
                 AND version.text_imported_at IS NOT NULL)
    THEN RAISE EXCEPTION 'the text of a published version is never changed';
    END IF;
"""
VERSION_OF_ARTICLE = "(SELECT article.version_id FROM accounts_article article WHERE article.id = {row}.article_id)"


def changed(*columns: str) -> Any:
    """The condition of a trigger: one of these columns gets another value."""
    return reduce(or_, (pgtrigger.Q(**{f"old__{column}__df": pgtrigger.F(f"new__{column}")}) for column in columns))


def frozen(name: str, version: str, *columns: str) -> list[pgtrigger.Trigger]:
    """Triggers that keep rows of a published text as they are; an update of other columns than these is let through."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_added", when=pgtrigger.Before, operation=pgtrigger.Insert,
            func=FROZEN.format(version=version.format(row="NEW")) + "RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name=f"{name}_changed", when=pgtrigger.Before, operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(*columns),
            func=FROZEN.format(version=version.format(row="OLD")) + "RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name=f"{name}_removed", when=pgtrigger.Before, operation=pgtrigger.Delete,
            func=FROZEN.format(version=version.format(row="OLD")) + "RETURN OLD;",
        ),
    ]  # fmt: skip


class Document(models.Model):
    """A document somebody agrees to, such as the Upstage Terms of Use."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    title_ko = models.CharField(_("title (Korean)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=120)
    required_of = models.CharField(
        _("required of"), max_length=16, choices=Audience, blank=True, help_text=_("who has to agree to it")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind, default=DocumentKind.GENERAL)
    service = models.CharField(
        _("service"), max_length=40, blank=True, help_text=_("of terms of an individual service: its code")
    )
    members = models.ManyToManyField(
        Member, blank=True, related_name="agreements", verbose_name=_("members"),
        help_text=_("of a separate agreement: with whom it was made"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("publish_version", _("Can publish a version of the terms"))]
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="service") & ~Q(service="") | ~Q(kind="service"), name="document_of_a_service"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the language that is active now."""
        return self.title_en if (get_language() or "").startswith("en") else self.title_ko


class Version(models.Model):
    """A document as it stands from one day on; without a day of publication it is a draft.

    Until the full text is imported (`text_imported_at`) a version is known by its digest alone.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions", verbose_name=_("document"))
    label = models.CharField(_("label"), max_length=32, help_text=_("its address: the day it takes effect"))
    effective_on = models.DateField(_("effective on"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    note_ko = models.TextField(_("note (Korean)"), blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)
    closing_ko = models.TextField(_("closing provisions (Korean)"), blank=True)
    closing_en = models.TextField(_("closing provisions (English)"), blank=True)
    sha256 = models.CharField(_("hash of what is shown"), max_length=64)
    text_imported_at = models.DateTimeField(_("text imported at"), null=True, blank=True)
    source_sha256 = models.CharField(_("hash of the file"), max_length=64, blank=True)
    is_adverse = models.BooleanField(
        _("adverse or material"), default=False, help_text=_("needs 30 clear days of notice instead of 7 (4.3)")
    )
    reason_ko = models.TextField(_("why it changes (Korean)"), blank=True)
    reason_en = models.TextField(_("why it changes (English)"), blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drafted by")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("published by"),
    )  # fmt: skip
    deemed_at = models.DateTimeField(
        _("silence counted at"), null=True, blank=True, help_text=_("when the job recorded the deemed consents (4.4)")
    )

    told_at = models.DateTimeField(
        _("all told at"), null=True, blank=True, help_text=_("when every active member had been told of it (4.3)")
    )
    paid_tasks_at = models.DateTimeField(
        _("ends of paid services prepared at"), null=True, blank=True,
        help_text=_("when staff were asked about the members who rejected it (4.5)"),
    )  # fmt: skip

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["document__position", "-effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["document", "effective_on"], name="version_one_a_day"),
            models.UniqueConstraint(fields=["document", "label"], name="version_label_once"),
            models.CheckConstraint(
                condition=Q(text_imported_at__isnull=True, source_sha256="")
                | Q(text_imported_at__isnull=False) & ~Q(source_sha256=""),
                name="version_text_has_source",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_removed", operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="published_changed", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False)
                & changed("document", "label", "effective_on", "published_at"),
            ),
            pgtrigger.Protect(
                name="text_changed", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False, old__text_imported_at__isnull=False)
                & changed("text_imported_at", "sha256", "source_sha256", "closing_ko", "closing_en"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.document} {self.label}"

    @property
    def has_text(self) -> bool:
        """Whether the full text is here, not only the digest."""
        return self.text_imported_at is not None


class Article(models.Model):
    """An article of a version, numbered as in the Korean text (15-2 is 제15조의2)."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="articles", verbose_name=_("version"))
    code = models.CharField(_("number"), max_length=16)
    position = models.PositiveSmallIntegerField(_("position"))
    chapter_ko = models.CharField(_("chapter"), max_length=80, blank=True)
    title_ko = models.CharField(_("title (Korean)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    digest_title_en = models.CharField(
        _("title in plain words (English)"), max_length=200, blank=True,
        help_text=_("the console's own, for a text without English"),
    )  # fmt: skip
    unpaired_en = models.JSONField(
        _("unpaired English"), default=list, blank=True,
        help_text=_("English text without a Korean counterpart: after which clause it stands, and the text"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="article_once"),
            models.UniqueConstraint(fields=["version", "position"], name="article_position_once"),
        ]
        triggers = frozen(
            "article", "{row}.version_id", "version", "code", "position", "chapter_ko", "title_ko", "title_en",
            "unpaired_en",
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.title_ko}"

    @property
    def title(self) -> str:
        """The title in the language that is active now; English in plain words where the text has none."""
        english = self.title_en or self.digest_title_en
        return english if english and (get_language() or "").startswith("en") else self.title_ko


class Provision(models.Model):
    """One clause: a paragraph, an item of a paragraph, or an article without numbers, with its text and its digest."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="provisions", verbose_name=_("article"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="items", verbose_name=_("paragraph")
    )
    code = models.CharField(_("clause"), max_length=32, db_index=True)
    position = models.PositiveSmallIntegerField(_("position"))
    depth = models.PositiveSmallIntegerField(
        _("depth"), help_text=_("0: the article itself, 1: a paragraph, 2: an item")
    )
    text_ko = models.TextField(_("text (Korean)"), blank=True)
    text_en = models.TextField(_("text (English)"), blank=True)
    digest_ko = models.TextField(_("in plain words (Korean)"), blank=True)
    digest_en = models.TextField(_("in plain words (English)"), blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "code"], name="provision_once"),
            models.UniqueConstraint(fields=["article", "position"], name="provision_position_once"),
            models.CheckConstraint(
                condition=Q(depth=2, parent__isnull=False) | Q(depth__lt=2, parent__isnull=True),
                name="provision_item_has_paragraph",
            ),
        ]
        triggers = frozen(
            "provision", VERSION_OF_ARTICLE, "article", "parent", "code", "position", "depth", "text_ko", "text_en"
        )

    def __str__(self) -> str:
        return self.code

    @property
    def number(self) -> str:
        """The place without the document: 15.3. It is also the anchor on the page."""
        return self.code.partition("/")[2]
