"""A model field whose value never stands in the database in clear.

The value is JSON, sealed with the newest of `FIELD_ENCRYPTION_KEYS` and opened with any of them. Fernet has
no associated data, so the seal carries its own place (model, field, organization and, if the model says so,
more) inside; a ciphertext that was moved to another row or column does not open. Opening fails with
`SealBroken` and never hands out ciphertext. The value is opened on first use, not when a row is loaded.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

if TYPE_CHECKING:

    class TextField(models.TextField[Any, Any]):
        """What the checker is to believe: the attribute is any JSON."""

        _pyi_private_set_type: Any
        _pyi_private_get_type: Any
        _pyi_lookup_exact_type: Any

else:
    TextField = models.TextField


_REFUSAL = "an encrypted field is written by save() or bulk_create(), and is never searched"


class SealBroken(Exception):
    """A sealed value does not open: wrong key, tampered with, or taken from another place."""


class Sealed(str):
    """Ciphertext as it stands in the database."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Sealed(…)"


@lru_cache(maxsize=4)
def _keys(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(value: object, place: str) -> Sealed:
    """`value`, which must be JSON, sealed for `place`."""
    clear = json.dumps({"place": place, "value": value}, ensure_ascii=False, separators=(",", ":"))
    # What others said may hold half of a surrogate pair; `json.loads` takes it back out of bytes.
    hidden = clear.encode("utf-8", "surrogatepass")
    return Sealed(_keys(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(hidden).decode())


def unseal(sealed: str, place: str) -> Any:
    """The value behind a seal. Raises `SealBroken`."""
    try:
        content = json.loads(_keys(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise SealBroken(f"the sealed value of {place} does not open with any key") from error
    if content["place"] != place:
        raise SealBroken(f"a sealed value was moved to {place}")
    return content["value"]


class EncryptedField(TextField):
    """JSON at rest behind a seal. `binds` names further attributes of the model that are part of its place."""

    description = "Encrypted JSON"

    def __init__(self, *args: Any, binds: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.binds = binds

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, name, _Opener(self))

    def place(self, instance: models.Model) -> str:
        bound = [str(getattr(instance, name)) for name in ("organization_id", *self.binds)]
        return "/".join((type(instance).__qualname__.lower(), str(self.attname), *bound))

    def formfield(self, **_: Any) -> None:
        """No form shows it: Django leaves out a field that has none."""

    def to_python(self, value: Any) -> Any:
        """Any JSON as it is: a text field would write a dictionary down as text when a model is validated."""
        return value

    def from_db_value(self, value: str | None, *_: object) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """Raises `SealBroken` rather than write a seal where it would never open again."""
        raw, place = model_instance.__dict__.get(self.attname), self.place(model_instance)
        if isinstance(raw, Sealed):
            unseal(raw, place)
            return raw
        return None if raw is None else seal(raw, place)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value
        raise TypeError(_REFUSAL)

    def get_lookup(self, lookup_name: str) -> Any:
        """Whether there is a value can be asked; `exact` is how Django asks for None. No lookup sees ciphertext."""
        if lookup_name not in ("exact", "isnull"):
            raise TypeError(_REFUSAL)
        return super().get_lookup(lookup_name)


class _Opener:
    """The attribute on the model: gives the value in clear, opening the seal on first use."""

    def __init__(self, field: EncryptedField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        held = instance.__dict__
        name = self.field.attname
        if name not in held:
            instance.refresh_from_db(fields=[name])
        if isinstance(held[name], Sealed):
            held[name] = unseal(held[name], self.field.place(instance))
        return held[name]

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value
