"""Small tables as people draw them, to the files and rows that engines take."""

from pathlib import Path


def parse(drawing: str) -> list[dict[str, str]]:
    lines = [line.strip() for line in drawing.strip().splitlines()]
    header, _, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [dict(zip(header, row, strict=True)) for row in rows]


def times(*groups: tuple[int, str]) -> str:
    """A source of many rows: how often, and the row as `a | b | c`."""
    return "\n".join("\n".join([row] * count) for count, row in groups)


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    lines = [list(rows[0]), *([row[name] for name in rows[0]] for row in rows)]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    path.write_text("\n".join(quoted) + "\n")
    return path
