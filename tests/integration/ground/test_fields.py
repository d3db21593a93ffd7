"""What is sealed never stands in the database in clear, and opens nowhere but in its own place."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.forms import modelform_factory
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from connectors.fields import EncryptedField, SealBroken, Sealed, seal, unseal
from connectors.models import Credential, Organization
from connectors.scoping import EVERYTHING, scoped
from issues.models import Cause
from tests import builders

pytestmark = pytest.mark.django_db

CANARY = "canary-9f2c-never-in-clear"
GRANT = {"refresh_token": CANARY, "nested": [1, None, {"x": "ü\ud83d\x00"}]}
TABLE = Credential._meta.db_table


@pytest.fixture
def ours() -> Organization:
    return builders.organization()


def credential(of: Organization, provider: str = "google", **more: Any) -> Credential:
    made = Credential(**({"organization": of, "provider": provider, "grant": GRANT} | more))
    made.save()
    return Credential.everywhere.get(pk=made.pk)


def raw(row: Credential, column: str = "grant") -> str | None:
    """What really stands in the database."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM {TABLE} WHERE id = %s', [row.pk])
        value: str | None = cursor.fetchone()[0]
    return value


def overwrite(row: Credential, value: str | None, column: str = "grant") -> Credential:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {TABLE} SET "{column}" = %s WHERE id = %s', [value, row.pk])
    return Credential.everywhere.get(pk=row.pk)


# -- At rest


def test_the_value_comes_back_as_it_was(ours: Organization) -> None:
    assert credential(ours).grant == GRANT


def test_nothing_of_it_stands_in_the_database(ours: Organization) -> None:
    row = credential(ours, access={"token": CANARY})
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {TABLE} WHERE id = %s", [row.pk])
        assert CANARY not in str(cursor.fetchone())


def test_the_same_value_is_never_sealed_alike_twice(ours: Organization) -> None:
    assert raw(credential(ours)) != raw(credential(ours, provider="salesforce"))


def test_nothing_is_nothing(ours: Organization) -> None:
    row = credential(ours)
    assert (row.access, raw(row, "access")) == (None, None)


def test_many_rows_at_once_are_sealed_each_in_its_place(ours: Organization) -> None:
    rows = [Cause(organization=ours, fingerprint=f"f{n}", code="x", said=f"said {n}") for n in range(3)]
    Cause.everywhere.bulk_create(rows)
    found = Cause.everywhere.order_by("fingerprint")
    assert [row.said for row in found] == ["said 0", "said 1", "said 2"]
    assert {type(value) for value in Cause.everywhere.values_list("said", flat=True)} == {Sealed}


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_json_survives(value: object) -> None:
    assert unseal(seal(value, "here"), "here") == value


# -- In another place


@pytest.mark.parametrize("moved", ["row", "organization", "column"])
def test_a_ciphertext_that_was_moved_does_not_open(ours: Organization, moved: str) -> None:
    source = credential(ours, access={"token": "x"})
    other = builders.organization() if moved == "organization" else ours
    provider = "google" if moved == "organization" else "salesforce"
    target = source if moved == "column" else credential(other, provider)
    stolen = overwrite(target, raw(source, "access" if moved == "column" else "grant"))
    with pytest.raises(SealBroken):
        _ = stolen.grant


SEALED_FIELDS = [
    (model, field)
    for label in ("connectors", "issues", "notifications", "syncapp")
    for model in apps.get_app_config(label).get_models()
    for field in model._meta.get_fields()
    if isinstance(field, EncryptedField)
]


@pytest.mark.parametrize(
    ("model", "field"),
    SEALED_FIELDS,
    ids=lambda each: getattr(each, "name", each.__name__ if isinstance(each, type) else ""),
)
def test_every_sealed_field_is_bound_to_more_than_its_organization(
    model: type[models.Model], field: EncryptedField
) -> None:
    names = {f.attname for f in model._meta.concrete_fields}
    assert "organization_id" in names
    assert field.binds
    assert set(field.binds) <= names


@pytest.mark.parametrize(
    "spoilt",
    ["", "plain text", '{"refresh_token": "x"}', "gAAAAA", Fernet(Fernet.generate_key()).encrypt(b"{}").decode()],
    ids=["nothing", "plain text", "json", "cut off", "another key"],
)
def test_what_we_did_not_seal_does_not_open(ours: Organization, spoilt: str) -> None:
    with pytest.raises(SealBroken):
        _ = overwrite(credential(ours), spoilt).grant


def test_a_broken_seal_says_where_and_not_what(ours: Organization) -> None:
    row = overwrite(credential(ours), "spoilt-ciphertext")
    with pytest.raises(SealBroken) as caught:
        _ = row.grant
    assert "credential/grant" in str(caught.value)
    assert "spoilt-ciphertext" not in str(caught.value)


def test_a_row_can_be_loaded_and_listed_although_its_seal_is_broken(ours: Organization) -> None:
    row = overwrite(credential(ours), "spoilt")
    assert row.provider == "google"


# -- Keys


def fresh_key() -> str:
    return Fernet.generate_key().decode()


def test_a_new_key_opens_what_the_old_one_sealed(ours: Organization, settings: Settings) -> None:
    row = credential(ours)
    settings.FIELD_ENCRYPTION_KEYS = [fresh_key(), *settings.FIELD_ENCRYPTION_KEYS]
    assert Credential.everywhere.get(pk=row.pk).grant == GRANT


def test_what_is_sealed_anew_needs_the_old_key_no_more(ours: Organization, settings: Settings) -> None:
    row = credential(ours)
    new = fresh_key()
    settings.FIELD_ENCRYPTION_KEYS = [new, *settings.FIELD_ENCRYPTION_KEYS]
    row.grant = row.grant
    row.save()
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert Credential.everywhere.get(pk=row.pk).grant == GRANT


def test_the_wrong_key_never_gives_out_ciphertext(ours: Organization, settings: Settings) -> None:
    row = credential(ours)
    settings.FIELD_ENCRYPTION_KEYS = [fresh_key()]
    found = Credential.everywhere.get(pk=row.pk)
    with pytest.raises(SealBroken):
        _ = found.grant
    assert "gAAAA" not in repr(found.__dict__)


# -- Ways around it


ROWS: Any = Credential.everywhere


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: ROWS.update(grant={"refresh_token": CANARY}),
        lambda: ROWS.update(grant=CANARY),
        lambda: list(ROWS.filter(grant=CANARY)),
        lambda: list(ROWS.filter(grant__in=[CANARY])),
        lambda: list(ROWS.filter(grant__contains=CANARY)),
        lambda: ROWS.bulk_update(list(ROWS.all()), ["grant"]),
    ],
)
def test_what_would_write_or_search_it_in_clear_is_refused(ours: Organization, attempt: Any) -> None:
    row = credential(ours)
    before = raw(row)
    with pytest.raises(TypeError, match="never searched"), transaction.atomic():
        attempt()
    assert raw(row) == before


def test_a_row_that_was_not_opened_is_saved_as_it_is(ours: Organization) -> None:
    row = credential(ours)
    before = raw(row)
    row.account = "somebody"
    row.save()
    assert raw(row) == before


def test_a_deferred_value_is_loaded_when_it_is_needed(ours: Organization) -> None:
    credential(ours)
    assert Credential.everywhere.only("provider").get().grant == GRANT


def test_validating_a_row_does_not_turn_its_value_into_text(ours: Organization) -> None:
    row = credential(ours, access={"token": "x"})
    with scoped(EVERYTHING):
        row.full_clean()
    row.save()
    assert credential_again(row).grant == GRANT


def test_a_row_that_fails_validation_keeps_its_value(ours: Organization) -> None:
    row = credential(ours)
    row.account = "x" * 999
    with scoped(EVERYTHING), pytest.raises(ValidationError):
        row.full_clean()
    assert row.grant == GRANT


def test_a_form_that_is_refused_spoils_nothing(ours: Organization) -> None:
    row = credential(ours)
    with scoped(EVERYTHING):
        form = modelform_factory(Credential, fields=["provider", "account"])(
            {"provider": "", "account": "x"}, instance=row
        )
        assert not form.is_valid()
    assert credential_again(row).grant == GRANT


def test_a_row_whose_place_has_changed_is_not_saved_with_a_seal_that_would_never_open(ours: Organization) -> None:
    row = credential(ours)
    row.provider = "salesforce"
    with pytest.raises(SealBroken), transaction.atomic():
        row.save()
    assert credential_again(row).grant == GRANT


def test_no_form_shows_it() -> None:
    with scoped(EVERYTHING):
        form = modelform_factory(Credential, fields="__all__")
    assert not {"grant", "access"} & set(form.base_fields)


def credential_again(row: Credential) -> Credential:
    return Credential.everywhere.get(pk=row.pk)
