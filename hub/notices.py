"""Words for the person in a workspace, laid where the workspace can read them."""

from pathlib import Path

NAME = "notice.txt"


def show(home: Path, *, username: str, project: str, words: str | None) -> None:
    """Put up a notice, or take it down; the workspace sees it at /run/haven/notice.txt."""
    folder = home / "answers" / project / username
    path = folder / NAME
    if words is None or not folder.is_dir():
        path.unlink(missing_ok=True)
        return
    content = f"{words}\n"
    if path.exists() and path.read_text() == content:
        return
    draft = folder / f"{NAME}.new"
    draft.write_text(content)
    draft.chmod(0o640)
    draft.replace(path)
