"""A view of people's notes in a house of the portal's tests, withheld for what is in it."""

from dataclasses import replace
from pathlib import PurePosixPath

from registry.application.view_ports import MadeView
from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.catalogue import CatalogueEntry
from registry.domain.dataset import Field, VersionId
from registry.domain.grant import Grant
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.view_findings import Shaped, ViewFindings
from registry.domain.view_spec import ViewColumn, ViewSpec

NOTES = ViewSpec(columns=(ViewColumn(name="note", source="note"),))


def withheld_view(house):
    """Parts of its address. `keeper` is a steward of the data, `author` and `member` are not.

    The project of the house is given it; `colleague` is a steward too, and works for who asks.
    """
    keepers, askers = f"keepers-{house.tag}", f"askers-{house.tag}"
    steward = frozenset({(keepers, OrganisationRole.STEWARD)})
    people = [
        WantedPerson(person=house.person("keeper", organisation_id=keepers), roles=steward),
        WantedPerson(person=house.person("colleague", organisation_id=askers), roles=steward),
        *(
            WantedPerson(person=house.person(role, organisation_id=askers))
            for role in ("author", "member")
        ),
    ]
    version_id = VersionId(dataset_id=f"notes-{house.tag}", version="1.0.0")
    dataset = replace(
        house.dataset,
        version_id=version_id,
        title="Notes",
        publisher="A printer",
        path=f"notes-{house.tag}/1.0.0/notes.parquet",
        fields=(Field(name="person", type="string"), Field(name="note", type="string")),
        entry=CatalogueEntry(owners=(keepers,)),
    )
    organisations = tuple(
        Organisation(organisation_id=one, title=one, kind=OrganisationKind.PUBLIC)
        for one in (keepers, askers)
    )
    places = {("dataset", str(version_id)): "datasets[0].descriptor"}
    house.apply(
        Wanted(
            organisations=organisations, people=tuple(people), datasets=(dataset,), places=places
        )
    )
    house.change_project(grants=house.project.grants | {Grant(version_id=version_id, view=NOTES)})
    look_through(house, version_id, Shaped(column="note", kind="postcode", rows=4, share=0.04))
    return {"viewed": version_id.dataset_id, "version": "1.0.0", "digest": NOTES.digest}


def look_through(house, version_id, *shaped):
    """Keep a view as made, with this found in it."""
    made = MadeView(
        file=PurePosixPath("notes.parquet"),
        beside=PurePosixPath("beside.parquet"),
        sha256="c" * 64,
        beside_sha256="d" * 64,
        rows=100,
        size_bytes=2**20,
        modified_ns=1,
        inode=1,
    )
    with house.registry_unit_of_work() as uow:
        kept = uow.views.find(version_id, NOTES.digest)
        found = ViewFindings(rows=100, shaped=shaped)
        uow.views.keep(replace(kept, made=made, findings=found), at=house.clock.now())
        uow.commit()
