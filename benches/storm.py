#!/usr/bin/python3
"""Measures how soon people are told when thousands of deadlines pass at one moment.

    benches/storm.py target/release/nightdesk [--incidents 2500] [--postgres]

A server under a wall clock that shows the last midnight at least 25 hours ago takes the incidents in, because
two deadlines run for what is noticed at night; both have passed when a server with the real time is started
on the same database: an SQLite file, or a cluster of PostgreSQL whose clock is set as well. Prints how long
after that each person was first told of each alarm. Mail goes to aiosmtpd on loopback. Needs Debian's packages
libfaketime, openssl, python3-aiosmtpd and, as root, postgresql.
"""

import argparse
import concurrent.futures
import contextlib
import datetime
import glob
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from desk import fresh_id
from peers import percentile

HERE = os.path.dirname(os.path.abspath(__file__))
OFFICER = "tamsin.quill"


class Desk:
    """A database, and the servers that are started on it."""

    def __init__(self, program, folder, database):
        self.program, self.folder = program, folder
        self.database = database or f"sqlite:{folder}/desk.db"

    def serve(self, *arguments, clock=None):
        environment = os.environ | (clock.environment() if clock else {})
        server = subprocess.Popen(
            [self.program, "serve", "--listen", "127.0.0.1:0", "--db", self.database, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        return server, server.stdout.readline().strip()

    def token(self):
        path = os.path.join(self.folder, "token")
        subprocess.run([self.program, "token", "create", "--db", self.database, "--person", OFFICER,
                        "--out", path], check=True, stdout=subprocess.DEVNULL)
        with open(path) as file:
            return file.read().strip()


class WallClock:
    """One that is set by a file; whoever lives by it looks into that every ten seconds."""

    def __init__(self, folder, ahead):
        self.path = os.path.join(folder, "wall-clock")
        self.set_ahead(ahead)

    def set_ahead(self, seconds):
        with open(self.path, "w") as file:
            file.write(f"{seconds:+.0f}")
        os.chmod(self.path, 0o644)

    def environment(self):
        return {"LD_PRELOAD": glob.glob("/usr/lib/*/faketime/libfaketime.so.1")[0],
                "FAKETIME_TIMESTAMP_FILE": self.path, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@contextlib.contextmanager
def postgres(folder, clock):
    """The address of a new database that lives by a clock."""
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    cluster = os.path.join(folder, "cluster")
    os.chmod(folder, 0o755)

    def run(program, *arguments, **environment):
        subprocess.run(["runuser", "-u", "postgres", "--", "env", *(f"{name}={value}" for name, value in
                        environment.items()), f"{binaries}/{program}", "-D", cluster, *arguments],
                       check=True, cwd=folder, stdout=subprocess.DEVNULL)

    subprocess.run(["install", "-d", "-o", "postgres", "-m", "700", cluster], check=True)
    run("initdb", "-A", "trust", "-U", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run("pg_ctl", "-w", "-l", f"{cluster}/log", "-o", f"-p {port} -c listen_addresses=127.0.0.1 -k {cluster}",
        "start", **clock.environment())
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")


def mail_server(folder):
    """Its port; what it says is read and thrown away."""
    files = [os.path.join(folder, name) for name in ("certificate.pem", "key.pem")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext",
                    "basicConstraints=critical,CA:FALSE", "-out", files[0], "-keyout", files[1]],
                   check=True, stderr=subprocess.DEVNULL)
    script = os.path.join(HERE, "../tests/data/smtp_server.py")
    server = subprocess.Popen(["/usr/bin/python3", script, *files, "{}"], stdout=subprocess.PIPE, text=True)
    port = json.loads(server.stdout.readline())
    threading.Thread(target=server.stdout.read, daemon=True).start()
    return server, port


def last_midnight():
    """The last one, by universal time, from which 25 hours have passed."""
    passed = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=25)
    return passed.replace(hour=0, minute=0, second=0, microsecond=0)


def log_all(url, token, noticed, count):
    """Incidents that were noticed then."""
    body = json.dumps({"type": "log", "title": "Measured", "summary": "Measured", "reporter_organisation": "riverbourne",
                       "reporter_contact": "extension 1", "aware_at": noticed.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def some(number):
        line = http.client.HTTPConnection(urllib.parse.urlparse(url).netloc)
        for _ in range(number):
            line.request("POST", "/v1/incidents", body, {"Authorization": f"Bearer {token}",
                         "Content-Type": "application/json", "Idempotency-Key": fresh_id()})
            answer = line.getresponse()
            text = answer.read()
            if answer.status >= 300:
                sys.exit(text.decode())

    with concurrent.futures.ThreadPoolExecutor(25) as pool:
        list(pool.map(some, [count // 25] * 25))


def every(url, token, path, name):
    """All rows of a list, page after page."""
    line = http.client.HTTPConnection(urllib.parse.urlparse(url).netloc)
    rows, cursor = [], None
    while True:
        more = f"&cursor={urllib.parse.quote(cursor)}" if cursor else ""
        line.request("GET", f"{path}{more}", headers={"Authorization": f"Bearer {token}"})
        page = json.loads(line.getresponse().read())
        rows += page[name]
        cursor = page.get("next")
        if not cursor:
            return rows


def seconds(text):
    return datetime.datetime.fromisoformat(text).timestamp()


def summary(times):
    return f"{len(times)}: p50 {percentile(times, 0.5):.1f} s, p99 {percentile(times, 0.99):.1f} s, last {max(times):.1f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--incidents", type=int, default=2500)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of an SQLite file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        noticed = last_midnight()
        clock = WallClock(folder, noticed.timestamp() - time.time())
        database = running.enter_context(postgres(folder, clock)) if arguments.postgres else None
        desk = Desk(arguments.program, folder, database)
        directory = os.path.join(folder, "directory.toml")
        tonight(directory)
        taking, url = desk.serve("--directory", directory, "--intake", "100000", clock=clock)
        token = desk.token()
        log_all(url, token, noticed, arguments.incidents)
        taking.terminate()
        taking.wait()
        clock.set_ahead(0)
        time.sleep(15)
        mail, port = mail_server(folder)
        running.callback(mail.kill)
        settings = os.path.join(folder, "server.toml")
        with open(settings, "w") as file:
            file.write(f'[smtp]\nhost = "localhost"\nport = {port}\nfrom = "desk@example.org"\n'
                       'ca_file = "certificate.pem"\nper_minute = 6000\n')
        begin = time.time()
        server, url = desk.serve("--settings", settings)
        running.callback(server.wait)
        running.callback(server.terminate)
        deliveries = all_told(url, token, 7 * arguments.incidents)
        print("first attempts", summary([seconds(one["sent_at"]) - begin for one in deliveries if one["sent_at"]]))


def all_told(url, token, count):
    """Every message, once there are so many and each has had its first attempt."""
    for _ in range(20):
        time.sleep(15)
        deliveries = every(url, token, "/v1/deliveries?limit=200", "deliveries")
        if len(deliveries) >= count and all(one["attempts"] or one["state"] == "FAILED" for one in deliveries):
            return deliveries
    sys.exit("not everybody was told in five minutes")


def tonight(path):
    """The example directory, with its night moved to yesterday."""
    with open(os.path.join(HERE, "../config/directory.toml")) as file:
        text = file.read()
    days = (datetime.date.today() - datetime.date(2026, 6, 12)).days - 1
    move = lambda found: (datetime.date.fromisoformat(found[0]) + datetime.timedelta(days=days)).isoformat()
    with open(path, "w") as file:
        file.write(re.sub(r"20\d\d-\d\d-\d\d", move, text))


if __name__ == "__main__":
    main()
