import json
import threading

from output_checker.adapters.workspaces.answers import WorkspaceAnswers

WHERE = {"project": "labour", "username": "ada"}


def test_an_answer_is_readable_to_the_workspace(tmp_path):
    WorkspaceAnswers(answers_dir=tmp_path).answer(**WHERE, name="m.json", body={"state": "draft"})

    written = tmp_path / "labour" / "ada" / "answers" / "m.json"
    assert json.loads(written.read_text()) == {"state": "draft"}
    assert written.stat().st_mode & 0o777 == 0o644


def test_an_answer_appears_whole_or_not_at_all(tmp_path):
    answers = WorkspaceAnswers(answers_dir=tmp_path)
    answers.answer(**WHERE, name="m.json", body={"n": [0] * 5000})
    seen, stop = [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            text = (tmp_path / "labour" / "ada" / "answers" / "m.json").read_text()
            seen.append(len(set(json.loads(text)["n"])))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(50):
        answers.answer(**WHERE, name="m.json", body={"n": [number] * 5000})
    stop.set()
    reader.join()

    assert set(seen) == {1}
    assert [path.name for path in (tmp_path / "labour/ada/answers").iterdir()] == ["m.json"]


def test_a_published_request_can_be_read_back(tmp_path):
    answers = WorkspaceAnswers(answers_dir=tmp_path)
    assert answers.published(**WHERE, request_id="a" * 32) is None

    answers.publish(**WHERE, request_id="a" * 32, body={"state": "released"})

    assert answers.published(**WHERE, request_id="a" * 32) == {"state": "released"}
