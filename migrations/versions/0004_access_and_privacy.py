"""Who may see what, agreements in full, what goes when, and what persons and schools ask."""

import sqlalchemy as sa
from alembic import op

from app.accounts import append_only
from app.agreements.models import CONTACT_DAYS, EVERYTHING
from app.database import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
TABLES = (
    "epochs",
    "forgotten",
    "interests",
    "objections",
    "talks",
    "deliveries",
    "person_requests",
    "populations",
    "sign_ins",
    "talk_notes",
    "user_programmes",
    "user_schools",
)
ADDED = {
    "agreements": ["leak_contact", "privacy_contact", "contact_days", "categories", "signed_on", "version"],
    "opt_outs": ["until"],
    "responses": ["texts"],
    "rounds": ["frozen_at"],
    "student_contacts": ["delivered_at"],
}


def upgrade() -> None:
    op.create_table(
        "objections",
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=16), nullable=False),
        sa.Column("through", sa.String(length=20), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "word", name=op.f("pk_objections")),
    )
    op.create_table(
        "forgotten",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "epochs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("database", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epochs")),
    )
    op.create_table(
        "interests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_interests_brin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
    )
    op.create_index(op.f("ix_interests_brin"), "interests", ["brin"], unique=False)

    op.create_table(
        "talks",
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_talks_brin")),
        sa.PrimaryKeyConstraint("brin", name=op.f("pk_talks")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("rows", Json, nullable=True),
        sa.Column("counts", Json, nullable=False),
        sa.Column("refused", sa.LargeBinary(), nullable=True),
        sa.Column("refused_kind", sa.String(length=4), nullable=False),
        sa.Column("unread", Json, nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_deliveries_brin")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_deliveries_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_brin"), "deliveries", ["brin"], unique=False)

    op.create_table(
        "person_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(length=8), nullable=False),
        sa.Column("person_hash", sa.String(length=32), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_person_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_requests")),
    )
    op.create_index(op.f("ix_person_requests_person_hash"), "person_requests", ["person_hash"], unique=False)

    op.create_table(
        "populations",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.Column("pathway", sa.String(length=3), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_populations_brin")),
        sa.ForeignKeyConstraint(["crebo"], ["programmes.crebo"], name=op.f("fk_populations_crebo")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_populations_round_id")),
        sa.PrimaryKeyConstraint("round_id", "brin", "crebo", "pathway", name=op.f("pk_populations")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=100), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_ins_key_hash")),
    )
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"], unique=False)

    op.create_table(
        "talk_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_talk_notes_brin")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_talk_notes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_notes")),
    )
    op.create_index(op.f("ix_talk_notes_brin"), "talk_notes", ["brin"], unique=False)

    op.create_table(
        "user_programmes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["crebo"], ["programmes.crebo"], name=op.f("fk_user_programmes_crebo")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_programmes_user_id")),
        sa.PrimaryKeyConstraint("user_id", "crebo", name=op.f("pk_user_programmes")),
    )
    op.create_table(
        "user_schools",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_user_schools_brin")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_schools_user_id")),
        sa.PrimaryKeyConstraint("user_id", "brin", name=op.f("pk_user_schools")),
    )
    op.add_column("agreements", sa.Column("version", sa.String(length=40), server_default="", nullable=False))
    op.add_column("agreements", sa.Column("signed_on", sa.Date(), nullable=True))
    op.add_column("agreements", sa.Column("categories", Json, server_default=EVERYTHING, nullable=False))
    op.add_column(
        "agreements", sa.Column("contact_days", sa.Integer(), server_default=str(CONTACT_DAYS), nullable=False)
    )
    op.add_column("agreements", sa.Column("privacy_contact", sa.String(length=255), nullable=True))
    op.add_column("agreements", sa.Column("leak_contact", sa.String(length=255), nullable=True))

    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("brin", sa.String(length=4), nullable=True))
        batch_op.create_index(batch_op.f("ix_audit_entries_brin"), ["brin"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_audit_entries_brin"), "schools", ["brin"], ["brin"])

    op.add_column("opt_outs", sa.Column("until", sa.Date(), nullable=True))

    op.add_column("responses", sa.Column("texts", Json, nullable=True))

    op.add_column("student_contacts", sa.Column("delivered_at", UtcDateTime(), nullable=True))
    op.add_column("rounds", sa.Column("frozen_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sector_code", sa.String(length=2), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_users_sector_code"), "sectors", ["sector_code"], ["code"])
    for rule in append_only.SQLITE if op.get_bind().dialect.name == "sqlite" else append_only.POSTGRESQL:
        op.execute(rule)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entries_kept")
        op.execute("DROP TRIGGER audit_entries_unchanged")
        op.execute("DROP TRIGGER audit_entries_not_replaced")
    else:
        op.execute("DROP FUNCTION audit_entries_kept() CASCADE")
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_users_sector_code"), type_="foreignkey")
        batch_op.drop_column("sector_code")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_audit_entries_brin"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_audit_entries_brin"))
        batch_op.drop_column("brin")
    for table in TABLES:
        op.drop_table(table)
