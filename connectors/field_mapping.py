"""The lines by which an organization says what goes into which field of its CRM, as rows."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from connectors.field_maps import FieldMap, Target, TooLong, Way
from connectors.scoping import ScopedManager

TARGETS = [
    (Target.EMAIL.value, "E-mail message (EmailMessage)"),
    (Target.EVENT.value, "Event"),
    (Target.TASK.value, "Task"),
    (Target.CONTACT.value, "Contact"),
    (Target.LEAD.value, "Lead"),
    (Target.CASE.value, "Case"),
]
WAYS = [
    (Way.NEW.value, "To Salesforce, into new records only"),
    (Way.TO_CRM.value, "To Salesforce, at every write"),
    (Way.BOTH.value, "Both ways, instead of the standard field"),
]
TOO_LONG = [
    (TooLong.CUT.value, "Cut it off"),
    (TooLong.REFUSE.value, "Write nothing, and open an issue"),
]


class FieldMapping(models.Model):
    """What goes into one field of Salesforce's, beside or instead of the built-in places (see `connectors.field_maps`).

    `crm_type` and `crm_length` are the field's as Salesforce told them when the line was saved.
    """

    organization = models.ForeignKey("connectors.Organization", models.CASCADE, related_name="field_mappings")
    target = models.CharField("record in Salesforce", max_length=10, choices=TARGETS)
    source = models.CharField("what goes there", max_length=20)
    fixed = models.CharField("fixed value", max_length=255, blank=True)
    field = models.CharField(
        "field in Salesforce", max_length=80, validators=[RegexValidator(r"\A[A-Za-z]\w*\Z", "This is no API name.")]
    )
    way = models.CharField("direction", max_length=10, choices=WAYS, default=Way.NEW.value)
    default = models.CharField("if it is empty, write", max_length=255, blank=True)
    too_long = models.CharField("if it is too long", max_length=10, choices=TOO_LONG, default=TooLong.CUT.value)
    crm_type = models.CharField(max_length=40, default="string", editable=False)
    crm_length = models.PositiveIntegerField(default=0, editable=False)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["target", "field"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "target", "field"], name="one_mapping_of_field"),
            models.UniqueConstraint(
                fields=["organization", "target", "source"],
                name="one_place_both_ways",
                condition=models.Q(way=Way.BOTH.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_target_display()}: {self.line.name}"

    @property
    def line(self) -> FieldMap:
        """As a value."""
        return FieldMap(
            target=Target(self.target),
            source=self.source,
            field=self.field,
            way=Way(self.way),
            fixed=self.fixed,
            default=self.default,
            too_long=TooLong(self.too_long),
            type=self.crm_type,
            length=self.crm_length,
        )
