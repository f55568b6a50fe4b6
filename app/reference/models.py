"""The tables everyone looks things up in: sectors, programmes, schools and labour-market regions."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model


class Sector(Model):
    """A sectorkamer: 01–09, or 99 for what crosses sectors."""

    __tablename__ = "sectors"

    code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))


class Programme(Model):
    """A qualification (crebo, five digits) with its level 1–4, dossier and sector."""

    __tablename__ = "programmes"

    crebo: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    level: Mapped[int]
    pathways: Mapped[str] = mapped_column(sa.String(40))
    dossier: Mapped[str] = mapped_column(sa.String(5), index=True)
    dossier_name: Mapped[str] = mapped_column(sa.String(200))
    sector_code: Mapped[str] = mapped_column(sa.ForeignKey("sectors.code"), index=True)

    sector: Mapped[Sector] = relationship()


class School(Model):
    """A school, known by its BRIN: two digits and two capitals."""

    __tablename__ = "schools"

    brin: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))


class Region(Model):
    """An arbeidsmarktregio."""

    __tablename__ = "regions"

    name: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
