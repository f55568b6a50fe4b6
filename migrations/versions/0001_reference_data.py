"""Sectors, programmes, schools and regions, with the product's own copy of them."""

import sqlalchemy as sa
from alembic import op

from app.reference import loading

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regions",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_regions")),
    )
    op.create_table(
        "schools",
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("brin", name=op.f("pk_schools")),
    )
    op.create_table(
        "sectors",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sectors")),
    )
    op.create_table(
        "programmes",
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("pathways", sa.String(length=40), nullable=False),
        sa.Column("dossier", sa.String(length=5), nullable=False),
        sa.Column("dossier_name", sa.String(length=200), nullable=False),
        sa.Column("sector_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["sector_code"], ["sectors.code"], name=op.f("fk_programmes_sector_code")),
        sa.PrimaryKeyConstraint("crebo", name=op.f("pk_programmes")),
    )
    with op.batch_alter_table("programmes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programmes_dossier"), ["dossier"], unique=False)
        batch_op.create_index(batch_op.f("ix_programmes_sector_code"), ["sector_code"], unique=False)
    loading.load(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("programmes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programmes_sector_code"))
        batch_op.drop_index(batch_op.f("ix_programmes_dossier"))
    op.drop_table("programmes")
    op.drop_table("sectors")
    op.drop_table("schools")
    op.drop_table("regions")
