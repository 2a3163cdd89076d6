"""Procrastinate's schema, as the pinned release brings it."""

from typing import Any

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Straight to the driver: the schema is many statements, and full of percent signs.
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(SchemaManager.get_schema())
    for table in ("jobs", "events", "periodic_defers", "workers"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_{table} TO haven_app")
    for sequence in ("jobs_id", "events_id", "periodic_defers_id", "workers_id"):
        op.execute(f"GRANT USAGE ON SEQUENCE procrastinate_{sequence}_seq TO haven_app")


def downgrade() -> None:
    op.execute("""
        DO $$
        DECLARE thing record;
        BEGIN
            DROP TABLE procrastinate_events, procrastinate_periodic_defers,
                       procrastinate_jobs, procrastinate_workers CASCADE;
            FOR thing IN
                SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = 'public'::regnamespace
            LOOP
                EXECUTE format('DROP FUNCTION %s CASCADE', thing.name);
            END LOOP;
            DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status,
                      procrastinate_job_event_type CASCADE;
        END $$
    """)
