"""What a view says of columns and rows, as files write it and as it is kept."""

from dataclasses import replace

import pytest
from pydantic import TypeAdapter, ValidationError

from registry.adapters.transform_in_file import TransformInFile
from registry.domain.view_spec import (
    Comparison,
    Condition,
    Transform,
    TransformKind,
    ViewColumn,
    ViewSpec,
    stored_view,
    view_from_stored,
)

BANDS = Transform(kind=TransformKind.BAND, edges=(16.0, 25.0))
TENS = Transform(kind=TransformKind.ROUND, unit=10.0)
SPEC = ViewSpec(
    columns=(
        ViewColumn(name="region", source="region"),
        ViewColumn(name="age_band", source="age", transform=BANDS),
        ViewColumn(
            name="pay", source="pay", transform=Transform(kind=TransformKind.ROUND, unit=10)
        ),
    ),
    where=(Condition(source="region", comparison=Comparison.IN, values=("north", "south")),),
    sample=0.5,
)
READ = TypeAdapter(TransformInFile)


def test_a_view_is_the_same_after_it_was_kept():
    assert view_from_stored(stored_view(SPEC)) == SPEC


def test_equal_views_have_equal_digests_and_others_have_others():
    assert view_from_stored(stored_view(SPEC)).digest == SPEC.digest
    assert replace(SPEC, sample=0.4).digest != SPEC.digest
    assert replace(SPEC, columns=SPEC.columns[::-1]).digest != SPEC.digest


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("year_of", Transform(kind=TransformKind.YEAR_OF)),
        ({"band": [16, 25]}, BANDS),
        ({"topcode": 90000}, Transform(kind=TransformKind.TOPCODE, limit=90000.0)),
        ({"round": 10}, Transform(kind=TransformKind.ROUND, unit=10.0)),
    ],
)
def test_files_write_what_is_done_to_a_column(written, meant):
    assert READ.validate_python(written) == meant


@pytest.mark.parametrize(
    "written",
    ["band", "sum", 7, None, {}, {"band": []}, {"band": [25, 16]}, {"band": ["16"]},
     {"band": [True]}, {"round": 0}, {"round": -1}, {"topcode": float("nan")}, {"hash": 1},
     {"band": [1], "round": 2}, {"band": 5}, {"band": [1, float("nan")]},
     {"band": [1, float("inf")]}],
)  # fmt: skip
def test_anything_else_is_refused(written):
    with pytest.raises(ValidationError):
        READ.validate_python(written)
