"""Sheets as an administrator hands them in."""

import io
import threading
import zlib

from app.worker import jobs

HEADER = "brin;pok;crebo;leerweg;begindatum;einddatum;leerbedrijf_id;leerbedrijf;praktijkopleider_email;roepnaam;email"
GOOD = "04CY;{number};25786;BOL;01-09-2026;30-11-2026;100018965;{company};{trainer};{name};{email}"


def good(number: int, company: str = "Bakkerij", trainer: str | None = None, name: str = "", email: str = "") -> str:
    trainer = f"{number}.trainer@company.example" if trainer is None else trainer
    return GOOD.format(number=number, company=company, trainer=trainer, name=name, email=email)


def bad(number: int) -> str:
    """Return a row of an unknown school, with things that must not be kept."""
    return good(number, "Geheim bedrijf", "secret@company.example", "Geheim").replace("04CY", "99ZZ")


def file(*rows: str, header: str = HEADER) -> tuple[io.BytesIO, str]:
    return io.BytesIO("\r\n".join([header, *rows]).encode("utf-8")), "export.csv"


def work() -> None:
    """Do what waits for a worker, in this thread; call it in a context."""
    while jobs.work(threading.Event()):
        pass


def unpacked(packed: bytes | None) -> bytes:
    """Return what an upload holds, as it was packed."""
    assert packed
    return zlib.decompress(packed)
