"""What keeps the state: the database and the release store."""

from infra.compose import execute
from infra.doctor.check import Check, NotWell, Weight
from infra.instance import Instance

ROLES = ("haven_owner", "haven_app", "haven_notifier", "hub")
# What the one role that has a way out may know of: people's addresses, notices, messages.
NOTIFIERS_TABLES = "notice,notice_message,notice_message_notice,notice_wish,person"


def asked(instance: Instance, sql: str) -> str:
    """What the database's superuser is answered, inside its container."""
    return execute(
        instance, "database", "psql", "--host=/tmp", "--username=postgres", "--dbname=haven",
        "--tuples-only", "--no-align", "--command", sql,
    ).strip()  # fmt: skip


def ledger(instance: Instance) -> str:
    granted = asked(
        instance,
        "select string_agg(privilege_type, ',' order by privilege_type) from "
        "information_schema.role_table_grants "
        "where table_name = 'ledger' and grantee = 'haven_app'",
    )
    if granted != "INSERT,SELECT":
        raise NotWell(f"the application may {granted} on the ledger")
    return "the application may only read and append"


def roles(instance: Instance) -> str:
    names = ", ".join(f"'{name}'" for name in ROLES)
    mighty = asked(
        instance,
        f"select string_agg(rolname, ', ') from pg_roles where rolname in ({names}) and "  # noqa: S608  the names are ours
        "(rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)",
    )
    if mighty:
        raise NotWell(f"may more than its own tables: {mighty}")
    weak = asked(
        instance,
        "select string_agg(rolname, ', ') from pg_authid "
        "where rolcanlogin and rolpassword is not null and rolpassword not like 'SCRAM-SHA-256$%'",
    )
    if weak:
        raise NotWell(f"its password is not kept as SCRAM-SHA-256: {weak}")
    return "none is more than its tables' own; passwords as SCRAM-SHA-256"


def notifier(instance: Instance) -> str:
    seen = asked(
        instance,
        "select string_agg(distinct table_name, ',' order by table_name) from "
        "information_schema.role_column_grants where grantee = 'haven_notifier'",
    )
    if seen not in ("", NOTIFIERS_TABLES):
        raise NotWell(f"the notifier's role may use {seen}")
    return "the notifier's role sees notices and addresses only"


def store(instance: Instance) -> str:
    """Write to the store, then try to overwrite and delete; in the worker, which has the key."""
    said = execute(instance, "worker", "python", "-m", "output_checker.adapters.prove_store")
    return said.strip().splitlines()[-1]


CHECKS = (
    Check(
        check_id="D1",
        title="ledger",
        means="What happened could be changed afterwards.",
        mend="Run `haven up`, which brings the database's rights to this version.",
        weight=Weight.PROMISE,
        look=ledger,
    ),
    Check(
        check_id="D2",
        title="database roles",
        means="A service that is taken over could read or change more than its own tables.",
        mend="As the database's superuser, take the right away (ALTER ROLE ... NOSUPERUSER).",
        weight=Weight.PROMISE,
        look=roles,
    ),
    Check(
        check_id="D3",
        title="release store",
        means="Released files could be deleted or replaced before their time.",
        mend="Use a store that holds object locks in COMPLIANCE mode, and a bucket that has them.",
        weight=Weight.PROMISE,
        look=store,
    ),
    Check(
        check_id="D4",
        title="notifier's rights",
        means="The one service that has a way out besides the proxy could read what is reviewed.",
        mend="As the database's superuser, revoke what is named beside notices and addresses.",
        weight=Weight.PROMISE,
        look=notifier,
    ),
)
