"""Tables of a small source, judged together or after each other."""

import csv
import io
import json

from output_checker.disclosure import specs
from output_checker.disclosure.differencing.published import from_json
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.model import Source
from output_checker.disclosure.policies.read import parse


def people(**groups):
    """Rows of a source: `people(north_m=3)` is three of `north` and `m`."""
    return [name.split("_") for name, count in groups.items() for _ in range(count)]


class Desk:
    """A folder with a source, where tables are written and judged."""

    def __init__(self, folder, header, rows, **about):
        self._folder = folder
        self._older = []
        self._policy = parse("ten", {"threshold": 10})
        path = folder / "source.csv"
        path.write_text(_as_csv([header.split(), *rows]))
        self._source = Source(name="s", path=path, version="1", **about)

    def renewed(self, header, rows, **about):
        """Another version of the data; the one there was is an older one from now on."""
        self._older.append(self._source)
        number = str(len(self._older) + 1)
        path = self._folder / f"source{number}.csv"
        path.write_text(_as_csv([header.split(), *rows]))
        self._source = Source(name="s", path=path, version=number, **about)

    def source(self, **changed):
        self._source = Source(**{
            name: changed.get(name, getattr(self._source, name))
            for name in ("name", "path", "version", "entity")
        })  # fmt: skip

    def table(self, name, text, **spec):
        """One of `a,b / c,d`, with what it is."""
        lines = [line.split(",") for line in text.split(" / ")]
        (self._folder / f"{name}.csv").write_text(_as_csv(lines))
        return f"{name}.csv", specs.parse({"aggregate": "count", **spec})

    def judge(self, *tables, earlier=(), **policy):
        return check_files(
            [self._folder / name for name, _ in tables],
            sources=[self._source],
            specs=dict(tables),
            policy=parse("asked", {"threshold": 10, **policy}),
            earlier=earlier,
            older=self._older,
        )

    def released(self, *tables):
        """What is kept of tables, after a way through a database."""
        kept = [one for file in self.judge(*tables).files for one in file.published]
        return [from_json(json.loads(json.dumps(one))) for one in kept]

    def differences(self, *tables, earlier=(), **policy):
        """By file: the cell, and the verdict, of each difference that may not be known."""
        return {
            file.file.removesuffix(".csv"): [
                (", ".join((one.cell or {}).values()), one.verdict.value, one.reason)
                for one in file.findings
                if one.rule == "differencing"
            ]
            for file in self.judge(*tables, earlier=earlier, **policy).files
        }


def _as_csv(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
