"""nginx before the served product, with the site of deploy/nginx.conf as it is but for ports, name and certificate."""

import shutil
import signal
import subprocess
from pathlib import Path

from tests.servers.ports import free_port, wait_for_port
from tests.servers.web import ROOT

AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/start.log;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {site}
}}
"""


class NoNginx(Exception):
    """There is no nginx on this machine."""


def find() -> str | None:
    """Return the path of nginx; Debian keeps it where only root looks."""
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


class Nginx:
    """A proxy on a free loopback port; `log` is what the site itself writes down."""

    def __init__(self, web_port: int, folder: Path):
        self.program = find()
        if self.program is None or shutil.which("openssl") is None:
            raise NoNginx
        self.port = free_port()
        self.certificate, self.log = folder / "bpv.pem", folder / "site.log"
        self.settings = folder / "nginx.conf"
        filled_in = {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "bpv.example;": "127.0.0.1;",
            "/etc/ssl/certs/bpv.example.pem": str(self.certificate),
            "/etc/ssl/private/bpv.example.key": f"{folder}/bpv.key",
            "/var/log/nginx/bpv-error.log": str(self.log),
            "http://127.0.0.1:5000": f"http://127.0.0.1:{web_port}",
        }
        site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        for usual, here in filled_in.items():
            assert usual in site, usual
            site = site.replace(usual, here)
        self.settings.write_text(AROUND.format(folder=folder, site=site), encoding="utf-8")
        name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
        command += ["-keyout", f"{folder}/bpv.key", "-out", str(self.certificate)]
        subprocess.run(command, check=True, capture_output=True)

    def start(self) -> None:
        self.process = subprocess.Popen([self.program, "-c", self.settings, "-p", self.settings.parent])
        wait_for_port(self.port)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
