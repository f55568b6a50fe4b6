"""Has a third-party scanner (wapiti) look at the product as each role; fails when it finds more than information.

Run as `make scan`: about a quarter of an hour, so it is no part of the suite. The scanner only talks to loopback.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from flask_migrate import upgrade

from app import create_app
from app.accounts import register
from app.accounts.models import Role
from app.accounts.register import Scope
from app.demo import world as demo
from app.extensions import db
from app.invitations import links
from app.invitations.models import Invitation
from tests.conftest import settings
from tests.pages import Visitor
from tests.servers.smtp import MailServer
from tests.servers.web import Web
from tests.worker.processes import environment
from tests.world import PASSWORD

# All that need no server of the scanner's own elsewhere.
MODULES = "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss"
MODULES += ",redirect,sql,timesql,xss"
SECONDS = "100"
STAYS_SIGNED_IN = """
    CREATE TRIGGER stays_signed_in AFTER UPDATE OF ended_at ON sign_ins
    BEGIN UPDATE sign_ins SET ended_at = NULL WHERE id = NEW.id; END
"""  # the scanner presses "Sign out" as well
# Forms without a token: no account is behind them, so a form of another site could do no more than they do.
TOKENLESS = ("/lost-link", "/receipt", "/s/", "/t/", "/opt-out/")
INFORMATION = 1


def main() -> None:
    wapiti = shutil.which("wapiti", path=str(Path(__file__).parents[1] / ".venv-scan" / "bin"))
    if wapiti is None:
        sys.exit("the scanner is not there; run: make scan")
    with tempfile.TemporaryDirectory() as folder:
        found = _scan_all(wapiti, Path(folder))
    sys.exit(bool(found))


def _scan_all(wapiti: str, folder: Path) -> list[str]:
    mails = MailServer()
    mails.start()
    url = f"sqlite:///{folder / 'bpv.sqlite'}"
    web = Web(environment(url, mails, DATA_DIR=folder / "data"), folder / "web.log")
    app = create_app(settings(DATABASE_URL=url, PUBLIC_URL=web.url))
    seats = _build(app)
    web.start()
    try:
        areas = {"anyone": ("/", ""), **{name: (link, "") for name, link in seats.items()}}
        # the administrator last: what the scanner presses there switches the other accounts off
        roles = sorted(Role, key=lambda role: role == Role.ADMIN)
        areas |= {role.value: ("/desk/start", _session(app, role)) for role in roles}
        return [line for name, area in areas.items() for line in _scan(wapiti, folder, web.url, name, *area)]
    finally:
        web.stop()
        mails.stop()


def _build(app) -> dict[str, str]:
    """Fill the database with the demonstration and an account per role; returns a trainer's and a student's path."""
    with app.app_context():
        upgrade()
        demo.build(PASSWORD)
        for role in set(Role) - {Role.ADMIN, Role.SCHOOL}:  # which the demonstration has
            register.create(f"{role}@bpv.example", PASSWORD, Scope(role, [demo.SHARING], sector="03"))
        db.session.execute(db.text(STAYS_SIGNED_IN))
        db.session.commit()
        seat = db.session.scalars(db.select(Invitation).where(Invitation.sent.is_(False))).first()
        paths = links.trainer_url(seat.placement.trainer), links.seat_url(seat, links.Channel.DIRECT)
        return dict(
            zip(("trainer", "student"), (path.removeprefix(app.config["PUBLIC_URL"]) for path in paths), strict=True)
        )


def _session(app, role: Role) -> str:
    """Sign in, and return the cookie."""
    person = Visitor(app).sign_in(f"{role}@bpv.example", PASSWORD)
    return f"session={person.client.get_cookie('session', domain='127.0.0.1').value}"


def _scan(wapiti: str, folder: Path, url: str, name: str, path: str, cookie: str) -> list[str]:
    report = folder / f"{name}.json"
    command = [wapiti, "-u", f"{url}{path}", "--scope", "domain", "-m", MODULES, "--flush-session", "--no-bugreport"]
    command += ["--max-scan-time", SECONDS, "--max-attack-time", "30", "-f", "json"]
    command += ["-o", str(report), "--store-session", str(folder), "-v", "0"]
    command += ["-C", cookie] if cookie else []
    before = _desk_pages(folder)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    told = json.loads(report.read_text(encoding="utf-8"))
    print(f"{name}: {told['infos'].get('crawled_pages_nbr')} pages", flush=True)
    entries = [
        (kind, one) for part in ("vulnerabilities", "anomalies") for kind, all_ in told[part].items() for one in all_
    ]
    serious = [(kind, one) for kind, one in entries if one["level"] > INFORMATION and not _is_meant(kind, one)]
    blind = [f"{name}: the scanner saw no page of the desk"] if cookie and _desk_pages(folder) == before else []
    found = [*blind, *(f"{name}: {kind}: {one['info']} {one['path']}" for kind, one in serious)]
    print("\n".join(found) or f"{name}: nothing above informational", flush=True)  # also when the rest is cut off
    return found


def _desk_pages(folder: Path) -> int:
    """Count the pages of the desk that were shown so far."""
    lines = (folder / "web.log").read_text(encoding="utf-8").splitlines()
    return sum("/desk/" in line and "status=200" in line for line in lines)


def _is_meant(kind: str, entry: dict) -> bool:
    return kind == "Cross Site Request Forgery" and entry["path"].startswith(TOKENLESS)


if __name__ == "__main__":
    main()
