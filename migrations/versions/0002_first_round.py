"""Accounts, agreements, placements, rounds, seats, the outbox, and the two stores."""

import sqlalchemy as sa
from alembic import op

from app.database import Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
    op.create_table(
        "companies",
        sa.Column("number", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_companies")),
    )
    op.create_table(
        "mail_pace",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_pace")),
    )
    op.create_table(
        "mail_trouble",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_trouble")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("to", sa.String(length=255), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("refused_since", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'claimed', 'sending', 'sent', 'failed', 'dropped', 'uncertain', 'bounced', 'held')",
            name=op.f("ck_messages_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("run_id", "kind", "subject_id", name=op.f("uq_messages_run_id_kind_subject_id")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_leased",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("status in ('claimed', 'sending')"),
            postgresql_where=sa.text("status in ('claimed', 'sending')"),
        )
        batch_op.create_index("ix_messages_run_status", ["run_id", "status", "id"], unique=False)
        batch_op.create_index("ix_messages_subject", ["kind", "subject_id"], unique=False)
        batch_op.create_index(
            "ix_messages_troubled",
            ["id"],
            unique=False,
            sqlite_where=sa.text("status in ('bounced', 'failed', 'uncertain')"),
            postgresql_where=sa.text("status in ('bounced', 'failed', 'uncertain')"),
        )
        batch_op.create_index(
            "ix_messages_waiting",
            ["priority", "not_before", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'queued'"),
            postgresql_where=sa.text("status = 'queued'"),
        )
    op.create_table(
        "opt_outs",
        sa.Column("address_hash", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "periodic_runs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", "period", name=op.f("pk_periodic_runs")),
    )
    op.create_table(
        "rate_counters",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_counters")),
    )
    with op.batch_alter_table("rate_counters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_counters_expires"), ["expires"], unique=False)
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("ends_from", sa.Date(), nullable=False),
        sa.Column("ends_until", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("seat_days", sa.Integer(), nullable=False),
        sa.Column("mails_per_trainer", sa.Integer(), nullable=True),
        sa.Column("student_questionnaire", sa.String(length=60), nullable=False),
        sa.Column("trainer_questionnaire", sa.String(length=60), nullable=False),
        sa.Column("modules", Json, server_default="[]", nullable=False),
        sa.Column("student_digest", sa.String(length=64), nullable=True),
        sa.Column("trainer_digest", sa.String(length=64), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("counted", Json, nullable=True),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("ends_until >= ends_from", name=op.f("ck_rounds_until_after_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("name", name=op.f("uq_rounds_name")),
    )
    op.create_table(
        "trainers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=True),
        sa.Column("address_hash", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bounced_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainers")),
        sa.UniqueConstraint("address_hash", name=op.f("uq_trainers_address_hash")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_users_fs_uniquifier")),
    )
    op.create_table(
        "agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_agreements_until_after_from")),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_agreements_brin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreements_brin"), ["brin"], unique=False)
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("proposed_for", sa.Date(), nullable=False),
        sa.Column("trainers", sa.Integer(), nullable=False),
        sa.Column("students_direct", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("left_out", Json, nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_batches_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_round_id"), ["round_id"], unique=False)
    op.create_table(
        "completion_counters",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=7), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_completion_counters_round_id")),
        sa.PrimaryKeyConstraint("round_id", "role", "channel", "minutes", name=op.f("pk_completion_counters")),
    )
    op.create_table(
        "trainer_contacts",
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_trainer_contacts_brin")),
        sa.ForeignKeyConstraint(["trainer_id"], ["trainers.id"], name=op.f("fk_trainer_contacts_trainer_id")),
        sa.PrimaryKeyConstraint("trainer_id", "brin", name=op.f("pk_trainer_contacts")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("format", Json, nullable=False),
        sa.Column("columns", Json, nullable=False),
        sa.Column("sheet", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("unread", Json, nullable=True),
        sa.Column("summary", Json, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("loaded_at", UtcDateTime(), nullable=True),
        sa.Column("undo_asked_at", UtcDateTime(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("claimed_by", sa.String(length=16), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_uploads_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_table(
        "loaded_chunks",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_loaded_chunks_upload_id")),
        sa.PrimaryKeyConstraint("upload_id", "start", name=op.f("pk_loaded_chunks")),
    )
    op.create_table(
        "remembered_columns",
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("among", sa.String(length=16), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_remembered_columns_brin")),
        sa.PrimaryKeyConstraint("brin", "among", "heading", name=op.f("pk_remembered_columns")),
    )
    op.create_table(
        "placements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=32), nullable=False),
        sa.Column("row_digest", sa.String(length=32), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("agreement_number", sa.String(length=200), nullable=True),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.Column("pathway", sa.String(length=3), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("planned_end_on", sa.Date(), nullable=False),
        sa.Column("actual_end_on", sa.Date(), nullable=True),
        sa.Column(
            "ends_on", sa.Date(), sa.Computed("coalesce(actual_end_on, planned_end_on)", persisted=True), nullable=False
        ),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("company_number", sa.String(length=9), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=True),
        sa.Column("given_trainer", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_placements_brin")),
        sa.ForeignKeyConstraint(["company_number"], ["companies.number"], name=op.f("fk_placements_company_number")),
        sa.ForeignKeyConstraint(["crebo"], ["programmes.crebo"], name=op.f("fk_placements_crebo")),
        sa.ForeignKeyConstraint(["trainer_id"], ["trainers.id"], name=op.f("fk_placements_trainer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_placements_key_hash")),
    )
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placements_agreement_number"), ["agreement_number"], unique=False)
        batch_op.create_index("ix_placements_brin", ["brin", "ends_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placements_company_number"), ["company_number"], unique=False)
        batch_op.create_index("ix_placements_ends_on", ["ends_on", "id"], unique=False)
        batch_op.create_index("ix_placements_loaded_at", ["loaded_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placements_trainer_id"), ["trainer_id"], unique=False)
    op.create_table(
        "responses",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("role", sa.String(length=7), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("questionnaire", sa.String(length=60), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.Column("pathway", sa.String(length=3), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["schools.brin"], name=op.f("fk_responses_brin")),
        sa.ForeignKeyConstraint(["crebo"], ["programmes.crebo"], name=op.f("fk_responses_crebo")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_responses_round_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_responses")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_responses_receipt_hash")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responses_round_id"), ["round_id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=7), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=9), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=True),
        sa.Column("invited_at", UtcDateTime(), nullable=True),
        sa.Column("mailed_at", UtcDateTime(), nullable=True),
        sa.Column("passed_on_at", UtcDateTime(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("desk_withdrew_at", UtcDateTime(), nullable=True),
        sa.Column("desk_withdrew_from", sa.Integer(), nullable=True),
        sa.Column("was_due", sa.Boolean(), nullable=True),
        sa.Column("was_reachable", sa.Boolean(), nullable=True),
        sa.Column("counted_crebo", sa.String(length=5), nullable=True),
        sa.Column("counted_pathway", sa.String(length=3), nullable=True),
        sa.Column("sent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("role IN ('student', 'trainer')", name=op.f("ck_invitations_role")),
        sa.CheckConstraint("route IN ('direct', 'forwarded')", name=op.f("ck_invitations_route")),
        sa.ForeignKeyConstraint(
            ["desk_withdrew_from"], ["trainers.id"], name=op.f("fk_invitations_desk_withdrew_from")
        ),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_invitations_placement_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_invitations_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("placement_id", "role", name=op.f("uq_invitations_placement_id_role")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index("ix_invitations_round_id_role", ["round_id", "role", "ends_on", "id"], unique=False)
    op.create_table(
        "student_contacts",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("student_number", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=True),
        sa.Column("address_hash", sa.String(length=32), nullable=True),
        sa.Column("given_first_name", sa.String(length=32), nullable=True),
        sa.Column("given_student_number", sa.String(length=32), nullable=True),
        sa.Column("given_address", sa.String(length=32), nullable=True),
        sa.Column("bounced_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_student_contacts_placement_id")),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_student_contacts")),
    )
    with op.batch_alter_table("student_contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_student_contacts_address_hash"), ["address_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_student_contacts_student_number"), ["student_number"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"], name=op.f("fk_announcements_invitation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_announcements_message_id")),
        sa.PrimaryKeyConstraint("invitation_id", "version", "step", name=op.f("pk_announcements")),
    )
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcements_message_id"), ["message_id"], unique=False)
    op.create_table(
        "batch_seats",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_seats_batch_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"], name=op.f("fk_batch_seats_invitation_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["trainers.id"], name=op.f("fk_batch_seats_trainer_id")),
        sa.PrimaryKeyConstraint("batch_id", "invitation_id", name=op.f("pk_batch_seats")),
    )
    with op.batch_alter_table("batch_seats", schema=None) as batch_op:
        batch_op.create_index("ix_batch_seats_batch_id_trainer_id", ["batch_id", "trainer_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=22), nullable=False),
        sa.Column("reader", sa.String(length=12), nullable=True),
        sa.Column("wrong_codes", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"], name=op.f("fk_drafts_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_drafts_invitation_id")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"], name=op.f("fk_events_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_invitation_id"), ["invitation_id"], unique=False)
    op.create_table(
        "draft_pages",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=40), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_draft_pages_draft_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "page", name=op.f("pk_draft_pages")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("draft_pages")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_invitation_id"))
    op.drop_table("events")
    op.drop_table("drafts")
    with op.batch_alter_table("batch_seats", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_seats_batch_id_trainer_id")
    op.drop_table("batch_seats")
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcements_message_id"))
    op.drop_table("announcements")
    with op.batch_alter_table("student_contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_student_contacts_student_number"))
        batch_op.drop_index(batch_op.f("ix_student_contacts_address_hash"))
    op.drop_table("student_contacts")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_invitations_round_id_role")
    op.drop_table("invitations")
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_responses_round_id"))
    op.drop_table("responses")
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placements_trainer_id"))
        batch_op.drop_index("ix_placements_loaded_at")
        batch_op.drop_index("ix_placements_ends_on")
        batch_op.drop_index(batch_op.f("ix_placements_company_number"))
        batch_op.drop_index("ix_placements_brin")
        batch_op.drop_index(batch_op.f("ix_placements_agreement_number"))
    op.drop_table("placements")
    op.drop_table("remembered_columns")
    op.drop_table("loaded_chunks")
    op.drop_table("uploads")
    op.drop_table("trainer_contacts")
    op.drop_table("completion_counters")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batches_round_id"))
    op.drop_table("batches")
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreements_brin"))
    op.drop_table("agreements")
    op.drop_table("users")
    op.drop_table("trainers")
    op.drop_table("rounds")
    with op.batch_alter_table("rate_counters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_counters_expires"))
    op.drop_table("rate_counters")
    op.drop_table("periodic_runs")
    op.drop_table("opt_outs")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_waiting",
            sqlite_where=sa.text("status = 'queued'"),
            postgresql_where=sa.text("status = 'queued'"),
        )
        batch_op.drop_index(
            "ix_messages_troubled",
            sqlite_where=sa.text("status in ('bounced', 'failed', 'uncertain')"),
            postgresql_where=sa.text("status in ('bounced', 'failed', 'uncertain')"),
        )
        batch_op.drop_index("ix_messages_subject")
        batch_op.drop_index("ix_messages_run_status")
        batch_op.drop_index(
            "ix_messages_leased",
            sqlite_where=sa.text("status in ('claimed', 'sending')"),
            postgresql_where=sa.text("status in ('claimed', 'sending')"),
        )
    op.drop_table("messages")
    op.drop_table("mail_trouble")
    op.drop_table("mail_pace")
    op.drop_table("companies")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))
    op.drop_table("audit_entries")
