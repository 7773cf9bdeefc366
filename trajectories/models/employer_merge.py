"""Two employers that were one: what was moved, so that it can be brought back exactly."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from staff.models import User
from trajectories.models.employer import Employer


class EmployerMergeQuerySet(models.QuerySet["EmployerMerge"]):
    def standing(self) -> Self:
        """Merges that were not taken apart."""
        return self.filter(undone_at=None)


class EmployerMerge(models.Model):
    """`source` is found as `target` from then on. The row is the history of the merge, and stays.

    `moved` holds the keys of the rows that went along, by the label of their model; `facts` what `target` was
    given of `source`, as {field: [before, after]}; `set_aside` the choices of clients that were withdrawn
    because the two answers differed, each with the moment.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="merges", verbose_name=_("employer")
    )
    target = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="merges_here", verbose_name=_("found as")
    )
    moved = models.JSONField(_("rows that went along"), default=dict, blank=True)
    facts = models.JSONField(_("facts that went along"), default=dict, blank=True)
    set_aside = models.JSONField(_("choices that were withdrawn"), default=list, blank=True)
    merged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged by")
    )
    merged_at = models.DateTimeField(_("merged at"))
    undone_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken apart by"),
    )
    undone_at = models.DateTimeField(_("taken apart at"), null=True, blank=True)

    declared = Classified(
        noun="employer-merges",
        about=About.NOBODY,
        made_in_files=True,
        fields={
            **technical(
                "id", "public_id", "source", "target", "moved", "set_aside", "merged_by", "merged_at",
                "undone_by", "undone_at",
            ),
            **of_class(DataClass.WORK, "facts"),
        },
    )  # fmt: skip

    objects = EmployerMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of employers")
        verbose_name_plural = _("merges of employers")
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(undone_at=None),
                name="employer_merged_once",
                violation_error_message=_("This employer was merged already."),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="employer_merged_with_another",
                violation_error_message=_("Choose another employer."),
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_by__isnull=False, undone_at__gte=F("merged_at")),
                name="employer_merge_undone_after_it_was_made",
                violation_error_message=_("A merge is taken apart after it was made."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
