#!/usr/bin/python3
"""Measures what the console's peers have nothing to compare with, on a desk of some size.

    benches/desk.py target/release/nightdesk [--incidents 10000] [--stored 1000000]

Prints how long a key takes while the desk still loads, what the first letter of a filter costs, how
long a change on the server takes until it is on the screen (beside the server's own answer, which
waits for its disk), what a key costs on the wire of an SSH connection, and how long a page of the list
and of a search take at this size and with many more rows in the database. Everything is on loopback. Linux only; the
wire needs OpenSSH's client and server.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid

from peers import Screen, percentile, serve

SSHD = "/usr/sbin/sshd"
TIMES = 200
INDEXED = 100_000  # copies that a search can find; more would only take longer to write


def summary(times):
    return f"p50 {percentile(times, 0.5):.2f} ms, p99 {percentile(times, 0.99):.2f} ms, worst {max(times):.2f} ms"


def ask(url, token, path, body=None):
    """The answer of the server."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if body is not None:
        headers["Idempotency-Key"] = fresh_id()
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(url + path, data, headers)) as answer:
        return answer.read()


def fresh_id():
    """A UUIDv7: milliseconds, version and variant, chance."""
    number = int(time.time() * 1000) << 80 | uuid.uuid4().int & (1 << 80) - 1
    return str(uuid.UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


def awaited(screen, markers, seconds=30):
    """Milliseconds until one of these words is drawn; some of its cells may have been right before."""
    sent, seen = time.perf_counter(), b""
    while not re.search(markers, re.sub(rb"\x1b\[[0-9;]*[A-Za-z]", b"", seen)):
        chunk = screen.read(seconds)
        if not chunk:
            raise SystemExit(f"{markers!r} was not drawn: {seen[-300:]!r}")
        seen += chunk
    return (time.perf_counter() - sent) * 1000


def while_loading(screen, seconds):
    """Opens a sheet and leaves it again, from the first picture on and for so long."""
    screen.first_picture(rb"INC-\d\d-\d{4}")
    times, ends = [], time.perf_counter() + seconds
    while time.perf_counter() < ends:
        for key, markers in ((b"L", rb"outbox|Connection"), (b"\x1b", rb"Reference|24 h")):
            os.write(screen.terminal, key)
            times.append(awaited(screen, markers))
    return times


def first_letter(screen):
    """Of a filter that is opened and left again."""
    times = []
    for _ in range(TIMES // 4):
        screen.answer(b"/")
        times.append(screen.answer(b"w")[0])
        screen.answer(b"\x1b")
    return times


def change_to_picture(screen, url, token):
    """From sending a command to the server until the console has drawn the incident's new version, and
    until the server has answered the one who sent it."""
    incident = json.loads(ask(url, token, "/v1/incidents?sort=due&limit=1"))["incidents"][0]
    path, version, drawn, answered = f"/v1/incidents/{incident['id']}/commands", incident["version"], [], []

    def send():
        sent = time.perf_counter()
        ask(url, token, path, {"type": "note", "kind": "FILE_NOTE", "text": f"measured {uuid.uuid4()}"})
        answered.append((time.perf_counter() - sent) * 1000)

    os.write(screen.terminal, f"/{incident['reference'].lower()}\r".encode())
    for _ in range(TIMES):
        version += 1
        screen.settle(0.05)
        sending = threading.Thread(target=send)
        sending.start()
        drawn.append(awaited(screen, str(version)[-1:].encode()))
        sending.join()
    return drawn, answered


class Wire:
    """A port that passes everything on to an sshd of ours and counts the bytes."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0
        for name in ("host", "officer"):
            path = os.path.join(folder, name)
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        with open(os.path.join(folder, "sshd_config"), "w") as settings:
            settings.write(f"HostKey {folder}/host\nAuthorizedKeysFile {folder}/officer.pub\nStrictModes no\n"
                           "UsePAM no\nPasswordAuthentication no\nPidFile none\n")
        os.makedirs("/run/sshd", exist_ok=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.carry, daemon=True).start()

    def carry(self):
        line, _ = self.listener.accept()
        ours, theirs = socket.socketpair()
        subprocess.Popen([SSHD, "-i", "-f", os.path.join(self.folder, "sshd_config")],
                         stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
        for source, sink in ((line, ours), (ours, line)):
            threading.Thread(target=self.copy, args=(source, sink), daemon=True).start()

    def copy(self, source, sink):
        with contextlib.suppress(ConnectionError):  # one side may hang up before the other
            while data := source.recv(1 << 16):
                self.count += len(data)
                sink.sendall(data)

    def command(self, command):
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        options = ["BatchMode=yes", "IdentitiesOnly=yes", "LogLevel=ERROR", "StrictHostKeyChecking=no",
                   "UserKnownHostsFile=/dev/null"]
        options = [part for option in options for part in ("-o", option)]
        return ["ssh", "-tt", "-F", "/dev/null", "-p", str(self.port), "-l", user, *options,
                "-i", os.path.join(self.folder, "officer"), "127.0.0.1",
                f"XDG_STATE_HOME={self.folder} XDG_CONFIG_HOME={self.folder} exec {' '.join(command)}"]


def over_ssh(command):
    """Milliseconds for a key, and the bytes on the wire, both ways."""
    with tempfile.TemporaryDirectory() as folder:
        wire = Wire(folder)
        screen = Screen(wire.command(command), {})
        screen.first_picture(rb"INC-\d\d-\d{4}")
        screen.settle(5.0)
        times, amounts = [], []
        for press in range(TIMES):
            before = wire.count
            taken, _ = screen.answer(b"k" if press // 20 % 2 else b"j")
            if taken is not None:
                times.append(taken)
                amounts.append(wire.count - before)
        screen.close()
        return times, percentile(amounts, 0.5)


def list_page(url, token):
    """Pages by deadline as the console asks for them, each from where the last ended."""
    times, cursor = [], ""
    for _ in range(50):
        sent = time.perf_counter()
        cursor_part = f"&cursor={cursor}" if cursor else ""
        page = ask(url, token, f"/v1/incidents?sort=recent{cursor_part}")
        times.append((time.perf_counter() - sent) * 1000)
        cursor = json.loads(page).get("next") or ""
    return times


def searches(url, token, database):
    """A page of a search for the commonest word, for the two commonest, and for a rare one beside a common
    one."""
    index = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    words = [word for word, in index.execute(
        "select word from search_word where word not like '%=%' group by word order by count(*) desc, word")]
    index.close()
    common, rare = words[0], words[-1]
    for name, question in (("a common word", common), ("two common words", f"{common} {words[1]}"),
                           ("a rare and a common word", f"{rare} {common}")):
        times = []
        for _ in range(50):
            sent = time.perf_counter()
            ask(url, token, "/v1/search", {"limit": 50, "words": question})
            times.append((time.perf_counter() - sent) * 1000)
        yield name, times


def multiply(database, stored):
    """Copies rows under new names until there are so many, with the deadlines of the others, and lets a
    search find the first of them."""
    rows = sqlite3.connect(database)
    names = [name for _, name, *_ in rows.execute("pragma table_info(incident)")]
    known = [dict(zip(names, row)) for row in rows.execute(f"select {', '.join(names)} from incident")]
    last = max(row["changed_seq"] for row in known)
    words = {row["id"]: rows.execute(
        "select word, logged_at from search_word where incident = ?", (row["id"],)).fetchall() for row in known}
    found = []

    def copy(number):
        row, new = dict(known[number % len(known)]), str(uuid.uuid4())
        if number < INDEXED:
            found.extend((word, logged_at - number, new) for word, logged_at in words[row["id"]])
        row["document"] = row["document"].replace(row["id"], new)
        row.update(id=new, reference=f"COPY-{number}", changed_seq=last + number + 1)
        return row

    marks = ", ".join(f":{name}" for name in names)
    rows.executemany(f"insert into incident values ({marks})", map(copy, range(stored - len(known))))
    rows.executemany("insert into search_word values (?, ?, ?)", found)
    rows.commit()
    rows.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nightdesk")
    parser.add_argument("--incidents", type=int, default=10_000)
    parser.add_argument("--stored", type=int, default=1_000_000)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.nightdesk)
    with tempfile.TemporaryDirectory() as folder:
        place = os.path.join(folder, "night")
        night, url, token_file, token = opened(program, arguments.incidents, place)
        console = [program, "--server", url, "--token-file", token_file]
        screen = Screen(console, {"XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder})
        times = while_loading(screen, arguments.incidents / 10_000)
        print(f"a key while {arguments.incidents:,} incidents load: {summary(times)}", flush=True)
        screen.settle(arguments.incidents / 4_000)
        print(f"the first letter of a filter: {summary(first_letter(screen))}", flush=True)
        drawn, answered = change_to_picture(screen, url, token)
        print(f"a change until its picture: {summary(drawn)}; until its answer: {summary(answered)}", flush=True)
        screen.close()
        times, amount = over_ssh(console)
        print(f"a key over SSH: {summary(times)}, {amount} bytes on the wire", flush=True)
        print(f"a page of {arguments.incidents:,}: {summary(list_page(url, token))}", flush=True)
        closed(night)
        multiply(os.path.join(place, "nightdesk.db"), arguments.stored)
        night, url, _, token = opened(program, 26, place)
        print(f"a page of {arguments.stored:,}: {summary(list_page(url, token))}", flush=True)
        for name, times in searches(url, token, os.path.join(place, "nightdesk.db")):
            print(f"a search of {INDEXED:,} for {name}: {summary(times)}", flush=True)
        closed(night)


def opened(program, incidents, place):
    night, url, token_file = serve(program, incidents, place)
    with open(token_file) as file:
        return night, url, token_file, file.read().strip()


def closed(night):
    night.send_signal(signal.SIGTERM)
    night.wait()


if __name__ == "__main__":
    sys.exit(main())
