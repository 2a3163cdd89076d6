import json

import pytest

from hub.gateway import answers
from hub.gateway.answers import NotShown
from hub.gateway.routes import Shape
from tests.unit.hub.builders import a_text_file


def contents(model, status=200):
    body = json.dumps(model).encode()
    return json.loads(answers.judged(body, status=status, shape=Shape.CONTENTS))


def a_notebook(*outputs, source="1 + 1", **more):
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": list(outputs)}
    content = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more
    return a_text_file("") | {"type": "notebook", "format": "json", "content": content}


def shown_outputs(*outputs):
    return contents(a_notebook(*outputs))["content"]["cells"][0]["outputs"]


def test_a_small_text_opens():
    assert contents(a_text_file("print(1)"))["content"] == "print(1)"


def test_a_large_text_does_not_open_and_the_person_is_told_what_to_do():
    with pytest.raises(NotShown, match="128 KiB that open here"):
        contents(a_text_file("x" * 200_000))


def test_a_file_in_base64_does_not_open_though_it_was_not_asked_for():
    with pytest.raises(NotShown, match="Only notebooks and text files"):
        contents(a_text_file("AAAA") | {"format": "base64"})


def test_a_text_that_hides_in_another_kind_of_file_does_not_open():
    for kind in ("directory", "notebook", "other"):
        with pytest.raises(NotShown):
            contents(a_text_file("income") | {"type": kind})


def test_a_folder_lists_names_and_holds_no_contents():
    listed = contents(
        a_text_file("") | {"type": "directory", "content": [a_text_file("income") | {"rows": 1}]}
    )

    assert listed["content"][0]["name"] == "t.txt"
    assert "income" not in str(listed)
    assert "rows" not in listed["content"][0]


@pytest.mark.slow
def test_a_folder_of_a_hundred_thousand_files_is_not_listed():
    many = [a_text_file("") | {"content": None, "name": str(n)} for n in range(100_000)]
    with pytest.raises(NotShown, match="too many files"):
        contents(a_text_file("") | {"type": "directory", "content": many})


def test_fields_that_a_file_does_not_have_do_not_pass():
    assert "income" not in str(contents(a_text_file("") | {"rows": "income"}))
    with pytest.raises(NotShown):
        contents(a_text_file("") | {"mimetype": "x" * 10_000})
    with pytest.raises(NotShown):
        contents(a_text_file("") | {"name": ["income"]})


def test_a_notebook_opens_with_its_outputs():
    stream = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}
    result = {"output_type": "execute_result", "data": {"text/plain": "2"}, "metadata": {}}

    first, second = shown_outputs(stream, result | {"execution_count": 1})

    assert first["text"] == "a\nb\n"
    assert second["data"] == {"text/plain": "2"}


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": "x" * 200_000},
        {"output_type": "display_data", "data": {"application/octet-stream": "income"}},
        {"output_type": "display_data", "data": {"text/html": "<a href='data:,income'>"}},
        {"output_type": "error", "ename": "E", "evalue": "x" * 100_000},
        {"output_type": "income"},
        "income",
    ],
    ids=range(6),
)
def test_an_output_in_a_notebook_is_held_to_the_same_limits_as_a_kernels(output):
    (shown,) = shown_outputs(output)

    assert shown["text"].startswith("[Haven]")
    assert "income" not in shown["text"]


@pytest.mark.parametrize(
    "notebook",
    [
        a_notebook(source="x" * 600_000),
        a_notebook(metadata={"rows": "x" * 200_000}),
        a_notebook(*[{"output_type": "stream", "name": "stdout", "text": "x" * 100_000}] * 50),
        a_notebook(cells="income"),
    ],
    ids=["code", "metadata", "outputs", "form"],
)
def test_a_notebook_that_holds_too_much_does_not_open(notebook):
    with pytest.raises(NotShown):
        contents(notebook)


def test_what_a_cell_says_beside_its_outputs_does_not_pass():
    notebook = a_notebook()
    notebook["content"]["cells"][0]["rows"] = "income"
    notebook["content"]["cells"][0]["attachments"] = {"a": {"application/x": "income"}}

    assert "income" not in str(contents(notebook))


def test_an_error_is_passed_in_words_only():
    assert contents({"message": "No such file", "traceback": "income"}, 404) == {
        "message": "No such file",
        "reason": None,
    }


@pytest.mark.parametrize("status", [206, 301, 302, 304, 418, 511])
def test_a_status_that_jupyterlab_does_not_need_does_not_pass(status):
    with pytest.raises(NotShown):
        answers.judged(b"{}", status=status, shape=Shape.JSON)


def test_checkpoints_pass():
    checkpoint = {"id": "checkpoint", "last_modified": "2026-11-22T07:00:00Z"}

    assert contents(checkpoint) == checkpoint
    assert contents([checkpoint]) == [checkpoint]
