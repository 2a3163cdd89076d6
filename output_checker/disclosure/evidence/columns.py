"""Names of columns as SQL that cannot end early, whatever a column is called."""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def column(name: str) -> str:
    """A column of the source, also beside a joined table that has one of the same name."""
    return f"haven_source.{quoted(name)}"
