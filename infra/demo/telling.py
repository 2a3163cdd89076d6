"""Tells the demo's story on the terminal as it happens, with the time each step took."""

import json
import tempfile
from pathlib import Path

from rich.table import Table

from infra.compose import workspace_image
from infra.demo import accounts
from infra.demo.story import CONTEXT, OUTPUTS, Checked, Story
from infra.errors import NotReady
from infra.instance import Instance
from infra.probes import keep
from infra.probes.telling import run_and_tell
from infra.progress import console, step, tell

# What is tried from inside a workspace within seconds; a demo on an image that was probed before
# leaves it at these.
QUICK_PROBES = (
    *("N01", "N02", "N03", "N04", "N05", "N09", "N10", "N11", "N12", "N13"),
    *("D01", "D02", "D04", "C01", "C02", "C03", "C04", "S01", "S02"),
)
COLOURS = {"pass": "green", "review": "yellow", "fail": "red"}


def tell_the_story(instance: Instance) -> None:
    """Walk the whole way; the platform keeps running afterwards.

    Raises:
        NotReady: A step did not go as the story says.
    """
    story = Story(instance=instance, password=accounts.password(instance))
    try:
        _prepare(story)
        _work(story)
        _release(story)
        _verify(story)
        _probe(story)
    finally:
        story.close()
    _farewell(story)


def _prepare(story: Story) -> None:
    tell("\n[bold]1  The data owner's part: two datasets, each with a descriptor[/bold]")
    with step("Make or find the datasets"):
        files = story.make_data()
    for name, path in files.items():
        tell(f"    {name}: {path.stat().st_size // 1024} KiB of Parquet")
    tell("\n[bold]2  The admin's part: one file for people, project and grants[/bold]")
    with step("haven project apply"):
        changes = story.provision()
    _quote(changes, most=14)
    with step("Apply it again: nothing to change"):
        again = story.provision().splitlines()
        _must(set(again) == {"no changes"}, "the second apply changed something")
    with tempfile.TemporaryDirectory() as scratch, step("Apply a file with mistakes: refused"):
        status, said = story.provision_wrongly(Path(scratch))
        _must(status != 0, "a wrong file was accepted")
    _quote(said, most=4)


def _work(story: Story) -> None:
    tell("\n[bold]3  The researcher signs in and opens a workspace without a network[/bold]")
    with step("Sign in through JupyterHub, start the workspace, reach JupyterLab"):
        seconds = story.open_workspace()
    tell(f"    from the press of the button to JupyterLab: {seconds:.1f} s")
    tell("\n[bold]4  A notebook reads /data and writes four files to /outputs[/bold]")
    with step("papermill runs the notebook in the workspace"):
        made = story.run_notebook()
    _must(set(OUTPUTS.values()) <= set(made), "the notebook did not write its four files")


def _release(story: Story) -> None:
    tell("\n[bold]5  The researcher asks to take all four out[/bold]")
    with step("haven check in the workspace"):
        local = story.check_locally(OUTPUTS["b"])
    tell(f"    {OUTPUTS['b']}: {local['verdict']}, seen before anybody else sees it")
    with step("haven submit, all four files"):
        checked = story.hand_in("a", "b", "c", "d")
    _show_checked(checked)
    with step("Mend: submit the safe table and the plot, with context"):
        submitted = story.hand_in("a", "d", context=CONTEXT)
    _show_checked(submitted)
    request_id = submitted.request_id or ""
    _must(submitted.state == "submitted", "the safe files were not submitted")
    tell("\n[bold]6  Two checkers decide; the author, though a checker, may not[/bold]")
    with step("Votes on the review pages"):
        reviewed = story.review(request_id)
    tell(f"    author's own vote: refused ({reviewed.author_status})")
    tell(f"    after one approval: {reviewed.after_one}; after two: {reviewed.after_two}")
    tell("\n[bold]7  The worker seals the files; the recipient collects them[/bold]")
    with step("Hash again, write the release record, put with a retention lock"):
        story.wait_for_release(request_id)
    with step("The researcher follows the links; a colleague may not"):
        collected = story.collect(request_id)
    for name, digest in collected.files.items():
        tell(f"    {name}  sha256 {digest[:16]}...")
    tell(f"    a colleague with the same link: refused ({collected.stranger_status})")
    with step("boto3 looks at the store and tries to delete"):
        sealed = story.look_independently(request_id)
    for one in sealed:
        refused = "delete refused" if one.delete_refused else "[red]DELETED[/red]"
        name, until = one.key.rsplit("/", 1)[-1], f"{one.retain_until:%Y-%m-%d}"
        tell(f"    {name}  {one.mode} until {until}, {refused}")
    _must(
        bool(sealed) and all(one.delete_refused for one in sealed), "the store let go of a release"
    )


def _verify(story: Story) -> None:
    tell("\n[bold]8  The ledger shows tampering[/bold]")
    with step("Verify; alter one row as the database's superuser; verify; put it back"):
        verified = story.verify_ledger()
    _quote(verified.intact, most=2)
    _quote(verified.altered, most=2)
    _must(verified.altered_status != 0, "an altered ledger passed")


def _probe(story: Story) -> None:
    tell("\n[bold]9  Haven attacks itself: each probe must find its control's open door[/bold]")
    known = keep.proven_shut(story.instance, workspace_image(story.instance))
    only = QUICK_PROBES if known else ()
    _must(run_and_tell(story.instance, only) == 0, "a door is open, or a probe could not run")
    if known:
        tell(f"All {len(known['probes'])} were shut on this very image at {known['at']}; "
             "`haven probe` runs them again.")  # fmt: skip


def _farewell(story: Story) -> None:
    instance = story.instance
    tell(f"\n[bold green]The platform keeps running: {instance.public_url}[/bold green]")
    table = Table("sign in as", "who", "password", box=None, pad_edge=False)
    for username, (name, role) in accounts.PEOPLE.items():
        table.add_row(username, f"{name}, {role}", story.password)
    console.print(table)
    tell("Stop it with `haven down`; remove it all with `haven down --volumes`.")


def _show_checked(checked: Checked) -> None:
    for name, verdict in checked.verdicts.items():
        findings = checked.findings[name]
        tell(f"    [{COLOURS[verdict]}]{verdict:6}[/] {name}: {len(findings)} findings")
        for finding in findings[:2]:
            place = json.dumps(finding["cell"]) if finding["cell"] else finding["where"]
            tell(f"           {finding['rule']}: {finding['reason']} [dim]{place}[/dim]")
    tell(f"    findings after {checked.seconds:.1f} s; the request is {checked.state}")


def _quote(text: str, *, most: int) -> None:
    lines = text.strip().splitlines()
    for line in lines[:most]:
        console.print(f"    {line}", style="dim", markup=False)
    if len(lines) > most:
        tell(f"    [dim]... and {len(lines) - most} more lines[/dim]")


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotReady(f"The story went wrong: {otherwise}")
