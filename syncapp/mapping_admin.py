"""Which field of Salesforce gets what: lines of an organization, each held against Salesforce before it is saved."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors import settings_changes
from connectors.admin_filters import OfOrganization
from connectors.field_mapping import TARGETS, FieldMapping
from connectors.field_maps import BOTH_WAYS, SOURCES, FieldMap, Fit, Target, Way, both_ways, misfit
from connectors.models import Organization
from connectors.pages import user_id, viewer_in
from connectors.scoped_admin import ScopedAdmin
from connectors.scoping import scoped
from issues import catalogue
from syncapp import services
from syncapp.engine.lines import SideFailed
from syncapp.fitting import fits_beside
from syncapp.models import Item

UNASKED = "Salesforce could not be asked ({}). Nothing is saved yet: press “Save” again when it answers."
MOVES = (
    "Nothing is rewritten at once. From now on “{source}” of {counted} that are in step is kept in another field: each "
    "moves there when it is next written to Salesforce. What stands in the other field is overwritten then, and kept "
    "for a month; until then nobody reads what is typed into it. The field that is left keeps what it has. Tick the "
    "box to go on."
)

SHORT = {target: label.partition(" (")[0] for target, label in TARGETS}


def what_there_is() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """All that can be written, by the record that it is of: `event.location` for each."""
    grouped: list[tuple[str, str | list[tuple[str, str]]]] = [("", "Choose…")]
    for target, label in TARGETS:
        sources = SOURCES[Target(target)].items()
        grouped.append((label, [(f"{target}.{name}", f"{SHORT[target]}: {source.label}") for name, source in sources]))
    return grouped


class FieldMappingForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """`fit` is what Salesforce said of the line as it was typed, or why nobody knows; None where nobody asked."""

    fit: ClassVar[Fit | str | None] = None

    what = forms.ChoiceField(
        label="What goes there",
        choices=what_there_is,
        help_text="The record that Syncapp writes in Salesforce, and what of it.",
    )
    understood = forms.BooleanField(
        label="I know what happens to records that are in step",
        required=False,
        help_text="Where something that goes both ways gets another place, Syncapp says first what that means.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["what"].initial = f"{self.instance.target}.{self.instance.source}"
        self.before: FieldMap | None = self.instance.line if self.instance.pk else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        self.instance.target, _, self.instance.source = str(cleaned["what"]).partition(".")
        if self.instance.source != "fixed":
            cleaned["fixed"] = ""
        self._check_sense(cleaned)
        if isinstance(self.fit, str):
            self.add_error(None, self.fit)
        elif self.fit is not None and not self.errors:
            self._take(cleaned, self.fit)
        return cleaned

    def _check_sense(self, cleaned: dict[str, Any]) -> None:
        line = self.typed(cleaned)
        if trouble := misfit(line):
            self.add_error("fixed" if line.source == "fixed" and not line.fixed else "way", trouble)
        elif (moved := _moved(self.before, line)) and not cleaned.get("understood"):
            organization = cleaned.get("organization") or self.instance.organization
            self.add_error("understood", _what_moves(organization, moved))

    def _take(self, cleaned: dict[str, Any], fit: Fit) -> None:
        """What Salesforce said of the field is kept with the line."""
        if fit.trouble:
            self.add_error("field", fit.trouble)
        cleaned["field"] = fit.field
        cleaned["fixed"] = fit.fixed or cleaned["fixed"]
        self.instance.crm_type, self.instance.crm_length = fit.type, fit.length

    def typed(self, cleaned: dict[str, Any]) -> FieldMap:
        """The line as it stands in the form."""
        names = ("field", "way", "fixed", "default", "too_long")
        said = {name: cleaned.get(name, "") for name in names}
        return FieldMapping(target=self.instance.target, source=self.instance.source, **said).line


def _moved(before: FieldMap | None, line: FieldMap) -> FieldMap | None:
    """The line, as it was or as it is to be, by which something that goes both ways gets another place."""
    places = [
        (each.target, each.source, each.field.lower()) if each and each.way is Way.BOTH else None
        for each in (before, line)
    ]
    if places[0] == places[1]:
        return None
    return line if places[1] else before


def _what_moves(organization: Organization, line: FieldMap) -> str:
    rows = Item.objects.filter(organization=organization, resource=line.target, gone_at=None)
    number = rows.exclude(synced_at=None).count()
    counted = f"{number:,} {line.target}{'' if number == 1 else 's'}"
    return MOVES.format(source=SOURCES[line.target][line.source].label, counted=counted)


@admin.register(FieldMapping)
class FieldMappingAdmin(ScopedAdmin[FieldMapping]):
    """Lines are looked at beside Salesforce's own description of the field, before anything is stored."""

    form = FieldMappingForm
    list_display = ("field", "record", "goes_there", "way", "organization")
    list_filter = (OfOrganization,)
    list_select_related = ("organization",)
    search_fields = ("field",)
    search_help_text = "A field in Salesforce"
    sortable_by = ("field",)
    writes = frozenset({"add", "change", "delete"})
    fieldsets = (
        (None, {"fields": ("organization", "what", "fixed", "field", "way")}),
        ("If it does not fit", {"fields": ("default", "too_long")}),
    )
    before_it_moves = ("Before you save", {"fields": ("understood",)})
    labels: ClassVar[dict[str, str]] = {
        "fixed": "The fixed value",
        "field": "Field in Salesforce",
        "way": "Direction",
        "default": "If it is empty, write",
        "too_long": "If it is too long",
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in HELP:
            field.help_text = HELP[db_field.name]
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever looks after one organization means that one."""
        found = list(self._organizations(request)[:2])
        return {"organization": found[0].pk} if len(found) == 1 else {}

    def _organizations(self, request: HttpRequest) -> QuerySet[Organization]:
        with scoped(viewer_in(request).administers):
            rows = Organization.objects.order_by("pk")
        slug = request.GET.get("organization", "")
        return rows.filter(slug=slug) if slug else rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The box to tick is there where something may have to be ticked."""
        goes_both_ways = Way.BOTH in (getattr(obj, "way", ""), request.POST.get("way"))
        return (*self.fieldsets, self.before_it_moves) if goes_both_ways else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("organization",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What goes both ways is first sent to Salesforce only, where the page says what that means."""
        goes_both_ways = isinstance(obj, FieldMapping) and obj.way == Way.BOTH
        return not goes_both_ways and super().has_delete_permission(request, obj)

    # -- Asking Salesforce

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Salesforce is asked before Django opens the transaction in which the form is read again and saved."""
        if request.method == "POST":
            request.fit = self._asked(request, object_id)  # type: ignore[attr-defined]  # carried to `get_form`
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"fit": getattr(request, "fit", None)})

    def _asked(self, request: HttpRequest, object_id: str | None) -> Fit | str | None:
        """What Salesforce says of the line that was typed; None where it makes no sense by itself, or is nobody's."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        may = self.has_change_permission(request, row) if object_id else self.has_add_permission(request)
        if not may or (object_id and row is None):
            return None
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        if not form.is_valid():
            return None
        return fit_of(form.instance)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What waited for the sake of a line is tried again."""
        names = {*form.changed_data, "target", "source", "field", "fixed", "crm_type", "crm_length"} - {
            "what",
            "understood",
        }
        settings_changes.save(obj, names if change else (), user_id(request))
        services.free_mapped(obj.organization_id, actor_id=user_id(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        services.free_mapped(obj.organization_id, actor_id=user_id(request))

    # -- Columns

    @admin.display(description="Record in Salesforce", ordering="target")
    def record(self, row: FieldMapping) -> str:
        return str(row.get_target_display())

    @admin.display(description="What goes there")
    def goes_there(self, row: FieldMapping) -> SafeString | str:
        known = SOURCES[Target(row.target)].get(row.source)
        label = known.label if known else row.source  # of a release that knew more
        return format_html("{}: <bdi>{}</bdi>", label, row.fixed) if row.fixed else label


def fit_of(row: FieldMapping) -> Fit | str:
    """How a line stands beside the organization's Salesforce and its other lines; a sentence where nobody could say."""
    try:
        return fits_beside(row.organization, [row])[0]
    except SideFailed as error:
        return UNASKED.format(catalogue.entry(error.failure.code).title)


_BOTH = "; ".join(f"of {target}s {both_ways(target)}" for target in BOTH_WAYS)
HELP = {
    "fixed": "Only for “A fixed value”: a text, a number, yes or no, a day like 2026-11-29, or a value of a picklist. "
    "For RecordTypeId the name of a record type, which is kept as its id.",
    "field": "Its API name, as Setup > Object Manager shows it: Region__c. Syncapp looks at it before it saves.",
    "way": (
        "“New records only” leaves alone what people change there later; “at every write” overwrites it. “Both ways” "
        f"takes the place of the standard field and is read as well. It is there for: {_BOTH}."
    ),
    "default": "Salesforce refuses a record that lacks a required field: say what stands there then.",
}
