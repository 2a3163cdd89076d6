"""`haven.data`: the same call in a workspace and outside."""

import haven
import pandas as pd
import pytest


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Folders of datasets: `real`, as in a workspace, and `synthetic`."""
    for name, pay in (("real", 1), ("synthetic", 2)):
        folder = tmp_path / name / "labour"
        folder.mkdir(parents=True)
        frame = pd.DataFrame({"person": ["a"], "pay": [pay]})
        mark = "SYNTHETIC-" if name == "synthetic" else ""
        frame.to_parquet(folder / f"{mark}people.parquet")
        (folder / "README.txt").write_text("x")
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("HAVEN_DATA", str(tmp_path / "real"))
    monkeypatch.setenv("HAVEN_RUN", str(tmp_path / "run"))
    monkeypatch.setenv("HAVEN_SYNTHETIC", str(tmp_path / "synthetic"))
    return tmp_path


def test_in_a_workspace_it_is_the_data(place, capsys):
    assert haven.data("labour").pay.tolist() == [1]
    assert capsys.readouterr().err == ""


def test_elsewhere_it_is_the_twin_and_says_so(place, capsys):
    (place / "run").rmdir()

    assert haven.data("labour", columns=["pay"]).to_dict("list") == {"pay": [2]}
    assert "SYNTHETIC: labour is rows of nobody" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nothing", "../real/labour", "..", "", "/labour"])
def test_a_name_that_is_none_is_answered_with_those_there_are(place, name):
    with pytest.raises(haven.NoSuchData, match="there is: labour"):
        haven.data(name)


def test_of_several_files_one_is_named(place):
    pd.DataFrame({"firm": [1, 2]}).to_csv(place / "real" / "labour" / "firms.csv", index=False)

    with pytest.raises(haven.NoSuchData, match="firms, people"):
        haven.data("labour")
    assert haven.data("labour", file="firms").firm.tolist() == [1, 2]
    with pytest.raises(haven.NoSuchData, match="no file shops"):
        haven.data("labour", file="shops")


def test_what_there_is_can_be_listed(place):
    assert haven.datasets() == ["labour"]
