"""Descriptors that cannot be taken: each says where it is wrong."""

from dataclasses import replace

import pytest
import yaml

from registry.adapters.descriptor import read_descriptor
from registry.domain.catalogue import CatalogueEntry, ForeignKey
from registry.domain.dataset import VersionId
from registry.domain.errors import WrongFile
from registry.domain.references import reference_problems
from tests.unit.registry.test_catalogue_entry import FULL
from tests.unit.registry.test_completeness import BARE

MANY = 10_000
TAKEN = "is the name of a field or of another alternative too"
TWO = {"fields": ["rid", "ill"], "reference": {"resource": "jobs", "fields": "a"}}
KEYS = "resources[0].schema.foreignKeys"


@pytest.fixture
def written(tmp_path):
    def written(fields=None, **schema):
        content = yaml.load(FULL, Loader=yaml.BaseLoader)
        table = content["resources"][0]["schema"]
        table |= {"fields": fields or table["fields"]} | schema
        path = tmp_path / "one.yaml"
        path.write_text(yaml.safe_dump(content, default_flow_style=None))
        return path

    return written


def problems(path, **more):
    with pytest.raises(WrongFile) as wrong:
        read_descriptor(path, None, **more)
    return [str(problem) for problem in wrong.value.problems]


def field(name, **more):
    return {"name": name, "type": "string"} | more


def test_a_gateway_that_is_not_in_the_register_is_named_with_its_place(written):
    path = written()

    assert problems(path, gateways=frozenset({"ssaa-1992-122c"})) == [
        "tre.gateways[1]: is no legal gateway of the register"
    ]
    assert read_descriptor(path, None, gateways=frozenset({"ssaa-1992-122c", "dea-2017-research"}))
    assert len(problems(path, gateways=frozenset())) == 2


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"primaryKey": "none"}, "resources[0].schema.primaryKey[0]: is not the name of a field"),
        ({"foreignKeys": [{"fields": "none", "reference": {"resource": "jobs", "fields": "a"}}]},
         "resources[0].schema.foreignKeys[0].fields[0]: is not the name of a field"),
        ({"foreignKeys": [TWO]},
         f"{KEYS}[0].reference.fields: must have as many fields as the key"),
        ({"foreignKeys": [{"fields": "rid", "reference": {"fields": "rid"}}]},
         "resources[0].schema.foreignKeys[0]: makes a circle: it leads back to itself"),
        ({"foreignKeys": [{"fields": "rid", "reference": {"fields": "ill"}},
                          {"fields": "ill", "reference": {"fields": "rid"}}]},
         "resources[0].schema.foreignKeys[1]: makes a circle: it leads back to itself"),
    ],
)  # fmt: skip
def test_keys_that_cannot_hold_are_named_with_their_place(written, schema, said):
    assert said in problems(written(**schema))


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (field("rid"), "fields[3].name: is the name of an earlier field too"),
        (field("age", constraints={"minimum": 9, "maximum": 1}),
         "fields[3].constraints.maximum: is below the minimum"),
        (field("age", constraints={"pattern": "("}),
         "fields[3].constraints.pattern: must be a regular expression"),
        (field("age", tre={"alternatives": [{"name": "ill", "transform": "flag"}]}),
         f"fields[3].tre.alternatives[0].name: {TAKEN}"),
        (field("age", tre={"alternatives": [{"name": "a", "transform": "flag"},
                                            {"name": "a", "transform": "hash"}]}),
         f"fields[3].tre.alternatives[1].name: {TAKEN}"),
        (field("age", tre={"category": "favourite_colour"}), "fields[3].tre.category: must be"),
    ],
)  # fmt: skip
def test_fields_that_contradict_are_named_with_their_place(written, extra, said):
    first = yaml.safe_load(FULL)["resources"][0]["schema"]["fields"]
    found = problems(written([*first, extra]))

    assert any(one.startswith(f"resources[0].schema.{said}") for one in found)


@pytest.mark.slow
def test_a_descriptor_of_ten_thousand_variables_is_read(written):
    first = yaml.safe_load(FULL)["resources"][0]["schema"]["fields"]
    path = written([*first, *(field(f"v{number}") for number in range(MANY))])

    assert len(read_descriptor(path, None).fields) == MANY + 3


@pytest.mark.slow
def test_the_last_of_ten_thousand_variables_is_told_to_be_wrong(written):
    first = yaml.safe_load(FULL)["resources"][0]["schema"]["fields"]
    path = written([*first, *(field(f"v{number}") for number in range(MANY)), field("v0")])

    assert problems(path) == [
        f"resources[0].schema.fields[{MANY + 3}].name: is the name of an earlier field too"
    ]


def dataset(name, *refers_to, version="1.0.0", field="person"):
    keys = tuple(
        ForeignKey(fields=("person",), dataset_id=other, referred=(field,)) for other in refers_to
    )
    version_id = VersionId(dataset_id=name, version=version)
    return replace(BARE, version_id=version_id, entry=CatalogueEntry(foreign_keys=keys))


def told(wanted, *others):
    there = {one.version_id: one for one in others}
    return [str(one) for one in reference_problems(wanted, there, path="(here)")]


def test_datasets_that_refer_to_each_other_in_a_circle_are_refused():
    found = told(dataset("c", "a"), dataset("a", "b"), dataset("b", "c"))

    assert found == [f"(here): {KEYS}[0].reference.resource: makes a circle: c -> a -> b -> c"]


def test_a_dataset_that_names_itself_as_another_is_refused():
    assert "makes a circle: a -> a" in told(dataset("a", "a"))[0]


def test_a_circle_elsewhere_ends_and_is_not_this_ones():
    assert told(dataset("a", "b"), dataset("b", "c"), dataset("c", "b")) == []


def test_what_only_an_older_version_referred_to_makes_no_circle():
    older, newer = dataset("b", "a"), dataset("b", version="2.0.0")

    assert told(dataset("a", "b"), older, newer) == []
    assert told(dataset("a", "b"), older) != []


def test_a_dataset_may_refer_to_one_that_comes_later_but_not_to_a_field_that_is_not_there():
    assert told(dataset("a", "later")) == []
    assert told(dataset("a", "b", field="none"), dataset("b")) == [
        "(here): resources[0].schema.foreignKeys[0].reference.fields: none is no field of b 1.0.0"
    ]
