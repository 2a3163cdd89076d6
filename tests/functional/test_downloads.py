"""A researcher at a real browser, in the browser tier: work, then every way to take a file."""

import json
import time
from http import HTTPStatus

import pytest

from hub.client.kernel import Kernel
from infra.compose import container
from infra.demo import accounts
from infra.shell import run
from tests.conftest import eventually

CELL = (
    "import matplotlib.pyplot as plt, pandas as pd\n"
    "pd.DataFrame({'rows': range(3)}).to_csv('taken.csv')\n"
    "plt.plot([1, 3, 2]); plt.show()\n"
    "print('x' * 200_000)\n"
)


@pytest.fixture
def lab(told, page):
    """JupyterLab as the researcher sees it, with each download that starts noted."""
    page.downloads = []

    def note(download):
        page.downloads.append(download)

    page.on("download", note)
    page.goto(f"{told.instance.public_url}/hub/login")
    page.fill("input[name=username]", accounts.RESEARCHER)
    page.fill("input[name=password]", told.password)
    page.click("[type=submit]")
    page.goto(told.browsers[accounts.RESEARCHER].public_url + base() + "lab?reset")
    page.wait_for_selector(".jp-Launcher", timeout=60_000)
    return page


def base():
    return f"/user/{accounts.RESEARCHER}/{accounts.PROJECT}/"


def run_in_new_notebook(lab, code):
    lab.click(".jp-LauncherCard[data-category=Notebook]")
    # JupyterLab drops, without a word, a cell that is run before the kernel is connected.
    lab.wait_for_selector("text='Python 3 (ipykernel) | Idle'", timeout=60_000)
    cell = lab.locator(".jp-Notebook .jp-Cell .cm-content").first
    cell.fill(code)
    cell.press("Shift+Enter")


@pytest.fixture
def notebook(lab):
    """A notebook whose first cell has run."""
    run_in_new_notebook(lab, CELL)
    lab.wait_for_selector(".jp-OutputArea-output img", timeout=60_000)
    lab.wait_for_selector("text=[Haven]", timeout=60_000)
    return lab


def outputs_on_disk(told, lab):
    """How many outputs of its cells the open notebook holds, as the workspace has saved it."""
    name = lab.url.rsplit("/", 1)[1]
    answer = told.browsers[accounts.RESEARCHER].api(accounts.PROJECT, "GET", f"api/contents/{name}")
    if answer.status_code == HTTPStatus.NOT_FOUND:  # it is being renamed
        return 0
    return sum(len(cell.get("outputs", ())) for cell in answer.json()["content"]["cells"])


def save(told, lab):
    """Save as a person does, who leaves the name that JupyterLab proposes at the first time."""
    lab.keyboard.press("Control+s")

    def is_saved():
        if lab.locator(".jp-Dialog").count():
            lab.keyboard.press("Enter")
        lab.wait_for_timeout(200)
        return outputs_on_disk(told, lab) > 0

    eventually(is_saved)


def test_work_goes_on_as_usual_and_what_is_withheld_is_said(told, notebook):
    save(told, notebook)

    notebook.reload()

    notebook.wait_for_selector(".jp-OutputArea-output img", timeout=60_000)
    assert notebook.locator("text=128 KiB at once is not shown here").count() == 1
    assert "x" * 1000 not in notebook.content()


def test_no_menu_offers_a_download_an_export_or_a_print(notebook):
    notebook.click(".lm-MenuBar-item >> text=File")
    offered = notebook.locator(".lm-Menu").inner_text()

    for word in ("Download", "Export", "Print"):
        assert word not in offered
    notebook.keyboard.press("Escape")
    notebook.click(".jp-DirListing-item >> text=taken.csv", button="right")
    offered = notebook.locator(".lm-Menu").inner_text()
    assert "Rename" in offered
    for word in ("Download", "Browser Tab", "Shareable", "Copy Download"):
        assert word not in offered


@pytest.mark.parametrize("address", ["files/taken.csv", "files/taken.csv?download=1",
                                     "nbconvert/html/Untitled.ipynb?download=true"])  # fmt: skip
def test_an_address_typed_by_hand_gives_words_and_no_file(notebook, address):
    answer = notebook.goto(base_url(notebook) + base() + address)

    assert answer.status == 403
    assert "output checker" in notebook.content()
    assert notebook.downloads == []


SAVE = "document.body.append(a); a.click()"
LINK = "const a = document.createElement('a'); a.download = 'x.txt'; a.href = "


@pytest.mark.parametrize(
    "target",
    ["URL.createObjectURL(new Blob(['rows']));", "'data:text/plain,rows';"],
    ids=["a blob", "a data link"],
)
def test_a_program_in_the_page_cannot_start_a_download(lab, target):
    lab.evaluate(LINK + target + SAVE)
    lab.wait_for_timeout(1500)

    assert lab.downloads == []


def test_a_script_in_an_output_does_not_run(lab, told):
    run_in_new_notebook(
        lab,
        "from IPython.display import HTML\n"
        "HTML('<p id=seen>seen</p><script>window.taken = 1</script>')",
    )
    lab.wait_for_selector("#seen", timeout=60_000)
    lab.wait_for_timeout(1000)

    assert lab.evaluate("window.taken") is None


def base_url(page):
    return "/".join(page.url.split("/")[:3])


def kernel_bytes(told):
    files = (told.instance.home / "meters").glob("*.json")
    counts = [json.loads(path.read_text()) for path in files]
    days = [day for one in counts if one["username"] == accounts.RESEARCHER
            for day in one["days"].values()]  # fmt: skip
    return sum(day["to_browser"].get("kernel", 0) for day in days)


def test_a_gateway_that_is_killed_loses_at_most_a_second_of_its_counts(told):
    researcher = told.browsers[accounts.RESEARCHER]
    before = kernel_bytes(told)
    told.kernel.run("print('x' * 50_000)")
    time.sleep(1)
    gateway = container(told.instance, "gateway")
    run("docker", "kill", "--signal=KILL", gateway)

    run("docker", "start", gateway)
    eventually(lambda: researcher.http.get(base() + "lab").status_code == HTTPStatus.OK)
    told.kernel = Kernel(researcher, accounts.PROJECT)
    told.kernel.run("print('y' * 30_000)")
    time.sleep(1)

    assert kernel_bytes(told) >= before + 80_000
