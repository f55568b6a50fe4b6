"""Blocks and increments that protect who answered; editions, publications, and figures of earlier years."""

import sqlalchemy as sa
from alembic import op

from app.database import Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
TABLES = ("first_forms", "history_figures", "publications", "edition_files", "editions", "increments", "block_cells")


def upgrade() -> None:
    op.create_table(
        "block_cells",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.Column("pathway", sa.String(length=3), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_block_cells_brin")),
        sa.ForeignKeyConstraint(["crebo"], ["programmes.crebo"], name=op.f("fk_block_cells_crebo")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_block_cells_round_id")),
        sa.PrimaryKeyConstraint("round_id", "brin", "crebo", "pathway", name=op.f("pk_block_cells")),
    )
    op.create_table(
        "increments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=7), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=True),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_increments_brin")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_increments_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_increments")),
    )
    op.create_index(op.f("ix_increments_round_id"), "increments", ["round_id"], unique=False)
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("manifest", Json, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_editions_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    op.create_index(op.f("ix_editions_round_id"), "editions", ["round_id"], unique=False)
    op.create_table(
        "edition_files",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_edition_files_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "name", name=op.f("pk_edition_files")),
    )
    op.create_table(
        "publications",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_publications_edition_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_publications_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_publications")),
    )
    op.create_table(
        "history_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("metric", sa.String(length=120), nullable=False),
        sa.Column("breakdown", sa.String(length=60), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=True),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("qualifier", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_history_figures_brin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_figures")),
        sa.UniqueConstraint(
            "year",
            "role",
            "metric",
            "breakdown",
            "brin",
            name=op.f("uq_history_figures_year_role_metric_breakdown_brin"),
        ),
    )
    op.create_index(op.f("ix_history_figures_brin"), "history_figures", ["brin"], unique=False)
    op.create_index(
        "ix_history_figures_national",
        "history_figures",
        ["year", "role", "metric", "breakdown"],
        unique=True,
        sqlite_where=sa.text("brin is null"),
        postgresql_where=sa.text("brin is null"),
    )
    op.create_index("ix_history_figures_metric", "history_figures", ["metric", "role", "year"], unique=False)
    op.create_table(
        "first_forms",
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_first_forms_round_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["trainers.id"], name=op.f("fk_first_forms_trainer_id")),
        sa.PrimaryKeyConstraint("trainer_id", "round_id", "brin", name=op.f("pk_first_forms")),
        sqlite_with_rowid=False,
    )
    op.add_column("responses", sa.Column("released", Json, nullable=True))
    op.add_column("responses", sa.Column("is_first", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("responses", sa.Column("is_first_in_round", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("responses", sa.Column("increment_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_responses_increment_id"), "responses", ["increment_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_responses_increment_id"), "responses")
    for name in ("increment_id", "is_first_in_round", "is_first", "released"):
        op.drop_column("responses", name)
    for name in TABLES:
        op.drop_table(name)
