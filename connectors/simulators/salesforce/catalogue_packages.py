"""The packages of an org in the catalogue: installed, as such, and by version.

Tooling API Developer Guide, "InstalledSubscriberPackage", "SubscriberPackage": neither the name nor the namespace of a
package can be filtered by.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.simulators.salesforce.org import Package
from connectors.simulators.salesforce.schema import Field, SObject, checkbox, fields, of_type, reference, text
from connectors.simulators.salesforce.store import Row


def _object(name: str, prefix: str, *own: Field) -> SObject:
    found = of_type("id", "Id", f"{name} ID", length=18, nillable=False)
    made = SObject(name=name, label=name, plural=name, prefix=prefix, fields=fields(found, *own))
    made.create = made.update = made.delete = False
    return made


def package_objects() -> tuple[SObject, ...]:
    parts = ("Major", "Minor", "Patch")
    return (
        _object(
            "InstalledSubscriberPackage",
            "0A3",
            reference("SubscriberPackageId", "Subscriber Package ID", ("SubscriberPackage",), "SubscriberPackage"),
            reference(
                "SubscriberPackageVersionId",
                "Subscriber Package Version ID",
                ("SubscriberPackageVersion",),
                "SubscriberPackageVersion",
            ),
            of_type("id", "MinPackageVersionId", "Min Package Version ID", length=18),
        ),
        _object(
            "SubscriberPackage",
            "033",
            text("Name", "Name", 255, filter=False, name_field=True),
            text("NamespacePrefix", "Namespace Prefix", 15, filter=False),
            text("Description", "Description", 255, filter=False, group=False),
            checkbox("IsPackageValid", "Is Package Valid", default=True, filter=False),
        ),
        _object(
            "SubscriberPackageVersion",
            "04t",
            reference("SubscriberPackageId", "Subscriber Package ID", ("SubscriberPackage",), "SubscriberPackage"),
            text("Name", "Name", 255, filter=False, name_field=True),
            *(of_type("int", f"{part}Version", f"{part} Version", filter=False) for part in parts),
            of_type("int", "BuildNumber", "Build Number", filter=False),
            checkbox("IsBeta", "Is Beta", filter=False),
        ),
    )


def package_rows(packages: list[Package]) -> Iterator[tuple[str, Row]]:
    """(object, row) of each package's three records."""
    for package in packages:
        yield (
            "SubscriberPackage",
            {"Id": package.package_id, "Name": package.name, "NamespacePrefix": package.namespace},
        )
        version = {"Name": "1.0", "MajorVersion": 1, "MinorVersion": 0, "PatchVersion": 0, "BuildNumber": 1}
        yield (
            "SubscriberPackageVersion",
            {"Id": package.version_id, "SubscriberPackageId": package.package_id, **version},
        )
        yield (
            "InstalledSubscriberPackage",
            {
                "Id": package.id,
                "SubscriberPackageId": package.package_id,
                "SubscriberPackageVersionId": package.version_id,
                "MinPackageVersionId": package.version_id,
            },
        )
