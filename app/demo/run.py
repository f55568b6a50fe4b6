"""What `make run` does: secrets, database, demonstration data, then web, worker and mailbox until Ctrl-C."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from honcho.manager import Manager

import config

SETTINGS = config.INSTANCE / "local.env"
PORTS = {"PORT": ("web", 5000), "SMTP_PORT": ("mailbox, receiving", 1025), "MAILBOX_PORT": ("mailbox, page", 8025)}
PYTHON = sys.executable


def main() -> None:
    ports = {name: int(os.environ.get(name, default)) for name, (_what, default) in PORTS.items()}
    _check_ports(ports)
    environment = os.environ | _kept_settings() | _settings(ports)
    if not (config.INSTANCE / "bpv.sqlite").exists():
        print("Building the demonstration, the first time only…", flush=True)
    _flask(environment, "db", "upgrade")
    links = json.loads(_flask(environment, "demo", "--json"))
    _say(links)
    _run(environment, ports)


def _check_ports(ports: dict[str, int]) -> None:
    for name, port in ports.items():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                what = PORTS[name][0]
                sys.exit(
                    f"Port {port} ({what}) is taken; stop what uses it, or choose another: {name}={port + 1} make run"
                )


def _kept_settings() -> dict[str, str]:
    """Return this machine's own secrets, made at the first run and kept."""
    if not SETTINGS.exists():
        SETTINGS.parent.mkdir(parents=True, exist_ok=True)
        made = {name: config.new_secret() for name in config.SECRETS} | {"BPV_PASSWORD": config.new_secret()[:16]}
        SETTINGS.write_text("".join(f"{name}={value}\n" for name, value in made.items()), encoding="utf-8")
        SETTINGS.chmod(0o600)
    lines = SETTINGS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _settings(ports: dict[str, int]) -> dict[str, str]:
    return {
        "BPV_ENV": "development",
        "FLASK_APP": "wsgi.py",
        "PUBLIC_URL": f"http://127.0.0.1:{ports['PORT']}",
        "BIND": f"127.0.0.1:{ports['PORT']}",
        "ORGANISATION": "Voorbeeldorganisatie bpv",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(ports["SMTP_PORT"]),
        "MAIL_DEFAULT_SENDER": "BPV Monitor <monitor@bpv.example>",
        "MAILBOX_URL": f"http://127.0.0.1:{ports['MAILBOX_PORT']}/",
        "PYTHONUNBUFFERED": "1",
    }


def _flask(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        [PYTHON, "-m", "flask", *arguments], env=environment, cwd=config.ROOT, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr.strip())
    return done.stdout


def _say(links: dict[str, str]) -> None:
    print(
        f"""
  Administrator  {links["administrator"]}
                 {links["address"]}   password: {links["password"]}
  With the same  {links["others"]}
  A trainer      {links["trainer"]}
  A student      {links["student"]}
  Mailbox        {links["mailbox"]}

  Ctrl-C ends all of it.
""",
        flush=True,
    )


def _run(environment: dict[str, str], ports: dict[str, int]) -> None:
    manager = Manager()
    folder = Path(config.INSTANCE / "mailbox")
    mailbox = f"{PYTHON} -m app.demo.mailbox {folder} {ports['SMTP_PORT']} {ports['MAILBOX_PORT']}"
    manager.add_process("mailbox", mailbox, env=environment, cwd=str(config.ROOT))
    manager.add_process("web", f"{PYTHON} -m gunicorn wsgi:app", env=environment, cwd=str(config.ROOT))
    manager.add_process("worker", f"{PYTHON} -m flask worker", env=environment, cwd=str(config.ROOT))
    manager.loop()
    sys.exit(manager.returncode)


if __name__ == "__main__":
    main()
