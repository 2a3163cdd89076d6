"""The first process of a re-run."""

import pytest

from hub.workspace.rerun import kernel_of, lay_out


def test_code_is_laid_out_where_it_lay(tmp_path):
    code, outputs = tmp_path / "code", tmp_path / "outputs"
    (code / "part").mkdir(parents=True)
    outputs.mkdir()
    (code / "part" / "tools.py").write_text("x = 1")
    (code / "make.ipynb").write_text("{}")

    lay_out(code, outputs)

    assert (outputs / "part" / "tools.py").read_text() == "x = 1"
    assert (outputs / "make.ipynb").read_text() == "{}"


@pytest.mark.parametrize(
    "notebook",
    [{}, [], {"metadata": {"kernelspec": {"name": "of-my-own"}}}, {"metadata": {"kernelspec": 7}},
     {"metadata": {"kernelspec": {"name": "python3"}}}],
)  # fmt: skip
def test_only_a_kernel_of_the_image_runs(notebook):
    assert kernel_of(notebook) == "python3"
