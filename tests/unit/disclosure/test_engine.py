import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from output_checker.disclosure import boundary, engine
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import BadSource
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules import all_rules
from output_checker.disclosure.spec import TableSpec
from tests.unit.disclosure.test_png_pictures import picture

POLICY = Policy(name="three", threshold=3)
SAFE = "region,n\nnorth,4\nsouth,5\n"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.csv"
    path.write_text("region\n" + "north\n" * 4 + "south\n" * 5)
    return Source(name="s", path=path)


@pytest.fixture
def judge(tmp_path, source):
    def run(*contents, **options):
        paths = []
        for at, content in enumerate(contents):
            path = tmp_path / f"output{at}.{options.get('suffix', 'csv')}"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(path)
        spec = TableSpec(rows=("region",))
        return check_files(
            paths,
            sources=options.get("sources", [source]),
            specs={path.name: options.get("spec", spec) for path in paths},
            policy=POLICY,
            display_names=options.get("display_names"),
        )

    return run


def rules(report):
    return [finding.rule for item in report.files for finding in item.findings]


def test_a_safe_table_passes_with_the_hash_of_its_bytes(judge):
    report = judge(SAFE)

    assert report.verdict is Verdict.PASS
    assert report.files[0].sha256 == hashlib.sha256(SAFE.encode()).hexdigest()


def test_the_report_is_as_bad_as_its_worst_file(judge):
    report = judge(SAFE, "region,n\nnorth,9\n", "")

    assert [item.verdict.value for item in report.files] == ["pass", "review", "fail"]
    assert report.verdict is Verdict.FAIL


def test_no_files_is_no_pass(source):
    report = check_files([], sources=[source], specs={}, policy=POLICY)

    assert report.verdict is Verdict.REVIEW


def test_a_table_without_any_source_is_for_a_person(judge):
    report = judge(SAFE, sources=[])

    assert (report.verdict, rules(report)) == (Verdict.REVIEW, ["no-source"])


def test_a_header_without_rows_is_for_a_person(judge):
    report = judge("region,n\n")

    assert (report.verdict, rules(report)) == (Verdict.REVIEW, ["empty-table"])


def test_a_picture_is_for_a_person_and_its_size_is_shown(judge):
    report = judge(picture(), suffix="png")

    assert (report.verdict, rules(report)) == (Verdict.REVIEW, ["figure"])
    (preview,) = report.files[0].previews
    assert (preview.width, preview.height) == (2, 2)


def test_a_picture_with_something_behind_its_end_fails(judge):
    report = judge(picture(end=b"rows"), suffix="png")

    assert (report.verdict, rules(report)) == (Verdict.FAIL, ["hidden-part"])


def test_a_file_is_read_by_the_name_it_is_shown_under(tmp_path, source):
    path = tmp_path / "0b5e"
    path.write_text(SAFE)

    report = check_files(
        [path],
        sources=[source],
        specs={"t.csv": TableSpec(rows=("region",))},
        policy=POLICY,
        display_names={path: "t.csv"},
    )

    assert (report.files[0].file, report.verdict) == ("t.csv", Verdict.PASS)


def test_a_crash_in_a_rule_is_a_finding_that_quotes_nothing(judge, monkeypatch):
    def crash(*_, **__):
        raise ZeroDivisionError("north holds 4")

    monkeypatch.setattr(engine, "judge_document", crash)

    report = judge(SAFE)

    finding = report.files[0].findings[0]
    assert (report.verdict, finding.rule) == (Verdict.FAIL, "not-checked")
    assert "ZeroDivisionError" in finding.reason
    assert "north" not in finding.reason


@pytest.mark.parametrize(
    ("spec", "rule"),
    [
        (TableSpec(rows=("area",)), "unknown-column"),
        (TableSpec(rows=("region",), values="pay"), "unknown-column"),
        (TableSpec(rows=("region",), where={"pay": 1}), "unknown-column"),
        (TableSpec(rows=("region",), aggregate="p99"), "spec"),
        (TableSpec(rows=("region",), aggregate="mean"), "spec"),
        (TableSpec(rows=("region",), values="region", aggregate="mean"), "spec"),
        (TableSpec(rows=("region",), where={"region": {"op": "~"}}), "spec"),
    ],
    ids=["rows", "values", "where", "aggregate", "no values", "not a number", "operator"],
)
def test_a_spec_that_does_not_fit_the_source_fails_in_words(judge, spec, rule):
    report = judge(SAFE, spec=spec)

    assert rules(report)[0] == rule
    assert report.verdict is Verdict.FAIL


def test_the_source_that_has_the_columns_of_the_spec_is_the_one_that_counts(
    judge, tmp_path, source
):
    other = tmp_path / "other.csv"
    other.write_text("x\n1\n")

    report = judge(SAFE, sources=[Source(name="o", path=other), source])

    assert report.verdict is Verdict.PASS


def test_a_source_that_is_not_there_is_the_callers_mistake(judge, tmp_path):
    with pytest.raises(BadSource):
        judge(SAFE, sources=[Source(name="gone", path=tmp_path / "gone.csv")])


def test_hostile_files_do_not_touch_the_next_one(judge):
    hostile = [b"\0" * 100, b'"' * 200_000, b"a," * 500_000, b"\xff" * 10, b"a\n" + b"[" * 9_000]

    report = judge(*hostile, SAFE)

    assert [item.verdict for item in report.files[:-1]] != [Verdict.PASS] * 5
    assert report.files[-1].verdict is Verdict.PASS


def test_many_threads_may_check_at_once(tmp_path, source):
    def check(at):
        path = tmp_path / f"t{at}.csv"
        path.write_text(SAFE if at % 2 else "region,n\nnorth,4\nsouth,6\n")
        specs = {path.name: TableSpec(rows=("region",))}
        return check_files([path], sources=[source], specs=specs, policy=POLICY).verdict

    with ThreadPoolExecutor(6) as pool:
        verdicts = list(pool.map(check, range(12)))

    assert verdicts == [Verdict.REVIEW, Verdict.PASS] * 6


def test_a_preview_is_bounded_and_marks_what_was_found(judge):
    rows = "".join(f"label{at},1\n" for at in range(1_100))

    (preview,) = judge("region,n\nnorth,9\n" + rows).files[0].previews

    assert (preview.header, len(preview.rows), preview.total_rows) == (
        ("region", "n"),
        1_000,
        1_101,
    )
    assert (0, 1) in preview.flagged
    assert max(row for row, _ in preview.flagged) < 1_000


def test_a_table_too_long_to_be_seen_whole_is_not_left_to_a_checker(judge):
    rows = "".join(f"label{at},77\n" for at in range(1_100))

    report = judge("unheard,of\n" + rows)

    assert report.verdict is Verdict.FAIL
    assert "unseen-rows" in {finding.rule for finding in report.files[0].findings}


def test_findings_are_bounded_and_the_rest_is_counted(judge, monkeypatch):
    monkeypatch.setattr(boundary, "MAX_FINDINGS", 10)

    report = judge("region,n\n" + "".join(f"label{at},1\n" for at in range(30)))

    assert len(report.files[0].findings) == 11
    assert report.files[0].findings[-1].reason == "20 more findings are not listed"


def test_verdicts_are_ordered_by_what_stands_in_the_way():
    assert max([Verdict.PASS, Verdict.FAIL, Verdict.REVIEW]) is Verdict.FAIL
    assert min([Verdict.FAIL, Verdict.REVIEW]) is Verdict.REVIEW
    assert sorted(Verdict) == [Verdict.PASS, Verdict.REVIEW, Verdict.FAIL]
    assert Verdict.PASS <= "pass" < Verdict.REVIEW


def test_every_module_of_a_rule_is_in_a_tuple_of_rules():
    folder = engine.Path(all_rules.__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if "\nRULE = " in path.read_text()}
    listed = [rule for rules in all_rules.ALL_RULES.values() for rule in rules]

    assert len(listed) == len(modules)
    assert len({rule.rule_id for rule in listed}) == len(modules)
    assert len({rule.code for rule in listed}) == len(modules)


def test_no_reader_process_is_left_behind(judge):
    judge(SAFE, b'"')

    listed = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True)
    mine = [line for line in listed.stdout.splitlines()
            if line.split()[0] == str(engine_pid()) and "readers.child" in line]  # fmt: skip
    assert mine == []


def engine_pid():
    import os

    return os.getpid()


def test_a_weight_that_the_researcher_names_is_for_a_person_to_judge(judge, tmp_path):
    path = tmp_path / "weighted.csv"
    path.write_text("region,pay\n" + "north,2\n" * 12)
    asked = {"sources": [Source(name="s", path=path)]}

    report = judge(
        "region,count\nnorth,24\n", spec=TableSpec(rows=("region",), weight="pay"), **asked
    )

    assert [one.rule for one in report.files[0].findings] == ["weight"]
    assert report.verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("largest", "found"), [(700, {"dominance", "p-percent"}), (9, set())], ids=["few", "none"]
)
def test_few_units_that_hold_what_stands_beneath_a_ratio_are_found(judge, tmp_path, largest, found):
    path = tmp_path / "firms.csv"
    stock = [largest, *range(1, 12)]
    path.write_text("region,sold,stock\n" + "".join(f"north,{10 + s},{s}\n" for s in stock))
    ratio = sum(10 + one for one in stock) / sum(stock)
    spec = TableSpec(rows=("region",), values="sold", aggregate="ratio", denominator="stock")

    report = judge(
        f"region,ratio\nnorth,{ratio:.6f}\n",
        sources=[Source(name="firms", path=path)],
        spec=spec,
    )

    beneath = {f.rule for f in report.files[0].findings if f.where.endswith("beneath the line")}
    assert beneath == found


@pytest.mark.parametrize("name", ["mean", "total", "n"])
def test_small_counts_are_small_under_every_heading(judge, tmp_path, name):
    path = tmp_path / "people.csv"
    path.write_text("region,pay\n" + "north,10\n" * 2 + "south,20\n" * 5 + "west,30\n" * 7)

    report = judge(
        f"region,{name}\nnorth,2\nsouth,5\nwest,7\n",
        sources=[Source(name="people", path=path)],
        spec=None,
    )

    assert "threshold" in rules(report)
