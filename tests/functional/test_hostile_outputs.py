"""What a workspace can put in the worker's way. Each gets words; the worker keeps running."""

import json

import pytest

from infra.demo.story import OUTPUTS

CASES = {
    "empty": ("open('h.csv', 'w').close()", "empty"),
    "no columns": ("open('h.csv', 'w').write('\\n\\n\\n')", ""),
    "a gigabyte": ("open('h.csv', 'wb').truncate(1 << 30)", ""),
    "NUL bytes": ("open('h.csv', 'wb').write(b'region,count\\n\\0,12\\n')", ""),
    "a link": ("os.symlink('/etc/passwd', 'h.csv')", "link"),
    "a link to another folder": ("os.symlink('/data', 'h.csv')", "link"),
    "a FIFO": ("os.mkfifo('h.csv')", ""),
    "a directory": ("os.mkdir('h.csv')", ""),
    "a hard link": ("open('h0', 'w').write('a,b\\n1,2\\n'); os.link('h0', 'h.csv')", "hard link"),
    "unreadable": ("open('h.csv', 'w').write('a\\n'); os.chmod('h.csv', 0o600)", "chmod"),
    "a program": (
        "open('h.exe', 'wb').write(b'\x7fELF\x02\x01\x01' + bytes(64)); os.rename('h.exe', 'h.csv')",
        "",
    ),
}
CLEAN = (
    "import os, shutil\nos.chdir('/outputs')\n"
    "for n in ('h.csv', 'h0', 'h.exe'):\n"
    "    (shutil.rmtree if os.path.isdir(n) and not os.path.islink(n) else os.unlink)(n) "
    "if os.path.lexists(n) else None\n"
)


def hand_in(kernel, name="h.csv"):
    """Write a manifest and wait for its answer, as the command in the workspace does."""
    code = (
        "import json, os, time, uuid\n"
        "os.makedirs('/outputs/.haven', exist_ok=True)\n"
        "token = uuid.uuid4().hex + '.json'\n"
        f"body = {{'version': 1, 'action': 'submit', 'files': [{{'path': {name!r}}}], 'context': 'x'}}\n"
        "open('/outputs/.haven/.' + token, 'w').write(json.dumps(body))\n"
        "os.rename('/outputs/.haven/.' + token, '/outputs/.haven/' + token)\n" + WAIT
    )
    return answer(kernel, code)


WAIT = (
    "for _ in range(200):\n"
    "    if os.path.exists('/run/haven/answers/' + token): break\n"
    "    time.sleep(0.1)\n"
    "print('ANSWER ' + open('/run/haven/answers/' + token).read().replace('\\n', ' '))\n"
)


def answer(kernel, code):
    result = kernel.run(code)
    assert result.error is None, result.error
    line = next(line for line in result.text.splitlines() if line.startswith("ANSWER "))
    return json.loads(line.removeprefix("ANSWER "))


@pytest.fixture
def clean(kernel):
    kernel.run(CLEAN)
    yield kernel
    kernel.run(CLEAN)


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_gets_words_and_never_passes(clean, case):
    make, words = CASES[case]
    made = clean.run(f"import os; os.chdir('/outputs'); {make}")
    assert made.error is None, made.error

    got = hand_in(clean)

    assert got["state"] in {"refused", "draft"}
    assert got.get("verdict") != "pass"
    assert words in json.dumps(got)


def test_a_table_that_is_not_utf_8_is_read_for_a_person_and_said_to_be(clean):
    clean.run("import os; os.chdir('/outputs')")
    made = clean.run("open('h.csv', 'wb').write(b'region,count\\n\\xff\\xfe,12\\n')")
    assert made.error is None, made.error

    got = hand_in(clean)

    assert got["verdict"] == "review"
    assert "byte 13 is not UTF-8, so the text was read as Windows-1252" in json.dumps(got)


MANIFESTS = {
    "not JSON": "{'no': ",
    "a list": "[]",
    "a number": "7",
    "no files": '{"version": 1, "action": "submit", "files": []}',
    "a path outside": '{"version": 1, "action": "submit", "files": [{"path": "../../x.csv"}]}',
    "an absolute path": '{"version": 1, "action": "submit", "files": [{"path": "/etc/passwd"}]}',
    "another author": '{"version": 1, "action": "submit", "files": [{"path": "a.csv"}], "user": "x"}',
    "huge": " " * 400_000,
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_wrong_manifest_is_refused_in_words(kernel, case):
    code = (
        "import os, time, uuid\nos.makedirs('/outputs/.haven', exist_ok=True)\n"
        "token = uuid.uuid4().hex + '.json'\n"
        f"open('/outputs/.haven/' + token, 'w').write({MANIFESTS[case]!r})\n" + WAIT
    )

    got = answer(kernel, code)

    assert got["state"] == "refused"
    assert got["message"]


def test_a_file_that_changes_while_it_is_read_is_refused_or_snapshotted_whole(kernel):
    """The answer's hash is that of bytes that were there at one time, or there is none."""
    kernel.run(
        "import threading, os, time\nstop = False\n"
        "def churn():\n"
        "    n = 0\n"
        "    while not stop:\n"
        "        n += 1\n"
        "        open('/outputs/h.csv', 'w').write('region,count\\n' + f'Midshire,{n}\\n' * 20000)\n"
        "thread = threading.Thread(target=churn); thread.start()"
    )
    try:
        got = hand_in(kernel)
    finally:
        kernel.run("stop = True; thread.join()\n" + CLEAN)

    assert got.get("verdict") != "pass"


def test_a_mailbox_that_is_a_link_or_a_fifo_is_not_followed(kernel):
    code = (
        "import os, shutil, time\n"
        "os.rename('/outputs/.haven', '/outputs/.haven-was') if os.path.exists('/outputs/.haven') else None\n"
        "{make}\ntime.sleep(2)\nos.unlink('/outputs/.haven')\n"
        "os.rename('/outputs/.haven-was', '/outputs/.haven') if os.path.exists('/outputs/.haven-was') else None\n"
    )
    for make in ("os.symlink('/etc', '/outputs/.haven')", "os.mkfifo('/outputs/.haven')"):
        assert kernel.run(code.replace("{make}", make)).error is None


def test_the_worker_still_works_after_all_of_it(told):
    assert told.hand_in("a").verdicts == {OUTPUTS["a"]: "pass"}
