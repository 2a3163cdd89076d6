"""What is counted in a data file before anybody sees it."""

import pyarrow as pa
import pyarrow.parquet as pq

from registry.adapters.profiling import profile
from registry.domain.dataset import DatasetVersion, Field, VersionId

DATASET = DatasetVersion(
    version_id=VersionId(dataset_id="people", version="1"),
    title="People", summary="People", publisher="An office", unit="person",
    path="people/1/people.parquet", entity="person", identifiers=(), policy="sacro-10",
    sha256="0" * 64,
    fields=(Field(name="person", type="integer"), Field(name="pay", type="number")),
)  # fmt: skip


def test_a_number_that_is_none_is_not_filled_in(tmp_path):
    file = tmp_path / "people.parquet"
    pay = [float("nan") if at % 2 else 1.5 * at for at in range(200)]
    pq.write_table(pa.table({"person": range(200), "pay": pay}), file)

    shown = profile(DATASET, file, threshold=10)

    assert shown is not None
    assert shown.people == 200
    assert {one.name: one.complete for one in shown.columns} == {"person": 100, "pay": 50}
