"""What stands in a link's way, addresses students leave for themselves, and the days on which trainers are reminded."""

import sqlalchemy as sa
from alembic import op

from app.database import Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STANDS = sa.text("undone_at is null and handled_at is null")
HAS_ADDRESS = sa.text("address is not null")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_reports_message_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_reports_placement_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["trainers.id"], name=op.f("fk_reports_trainer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_placement_id"), ["placement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_trainer_id"), ["trainer_id"], unique=False)
        where = {"sqlite_where": STANDS, "postgresql_where": STANDS}
        batch_op.create_index("ix_reports_stands", ["placement_id"], unique=True, **where)
        batch_op.create_index("ix_reports_open", ["at", "id"], unique=False, **where)
    op.add_column("drafts", sa.Column("address", sa.String(length=255), nullable=True))
    where = {"sqlite_where": HAS_ADDRESS, "postgresql_where": HAS_ADDRESS}
    op.create_index("ix_drafts_address", "drafts", ["address"], unique=False, **where)
    op.add_column("rounds", sa.Column("reminder_days", Json, nullable=False, server_default="[7, 14]"))
    op.add_column("rounds", sa.Column("reminded_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_column("reminded_on")
        batch_op.drop_column("reminder_days")
    op.drop_index("ix_drafts_address", table_name="drafts")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("address")
    op.drop_table("reports")
