"""Which tables the migrations look after."""


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave Procrastinate's tables to Procrastinate, and Alembic's to Alembic."""
    if kind != "table" or name is None:
        return True
    return not name.startswith("procrastinate_") and name != "alembic_version"
