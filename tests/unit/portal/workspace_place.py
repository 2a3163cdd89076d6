"""A workspace's two folders, with a worker that answers from a thread."""

import json
import threading
import time


def an_answer(verdict="pass", state="submitted", findings=(), **changes):
    file = {"file": "t.csv", "sha256": "a", "verdict": verdict, "findings": list(findings)}
    return {
        "version": 1,
        "request_id": "f" * 32,
        "state": state,
        "verdict": verdict,
        "message": "Submitted; 2 checkers will look at the files",
        "report": {"verdict": verdict, "policy": "sacro-10", "files": [file]},
        "page": f"http://haven.test/requests/{'f' * 32}",
    } | changes


class Place:
    def __init__(self, folder):
        self.outputs, self.run = folder / "outputs", folder / "run"
        self.manifests = []
        for part in (self.outputs, self.run / "answers", self.run / "requests"):
            part.mkdir(parents=True)
        (self.outputs / "t.csv").write_text("region,n\n")

    def answer_with(self, body):
        def work():
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                for path in (self.outputs / ".haven").glob("*.json"):
                    self.manifests.append(json.loads(path.read_text()))
                    answer = self.run / "answers" / path.name
                    answer.with_suffix(".part").write_text(json.dumps(body))
                    answer.with_suffix(".part").rename(answer)
                    return
                time.sleep(0.01)

        threading.Thread(target=work, daemon=True).start()

    def publish(self, **body):
        request = {"request_id": "f" * 32, "state": "released", "at": "2026-11-22T12:00"} | body
        path = self.run / "requests" / f"{request['request_id']}.json"
        path.write_text(json.dumps(request))
