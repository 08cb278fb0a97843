#!/usr/bin/python3
"""Measures the console in a 120x40 pseudo-terminal beside csvlens and neomutt, at several sizes.

    benches/peers.py target/release/nightdesk [--csvlens PATH] [--sizes 100,1000,10000,100000]

Prints a Markdown table. Every program gets the same terminal, the same keys and the same waits, one
after the other; absolute times hold only beside each other. The server of the demonstration is a
process of its own, so that the console is measured alone. Linux only.
"""

import argparse
import fcntl
import mailbox
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

COLUMNS, ROWS = 120, 40
QUIET = 0.015  # a picture counts as complete when nothing has followed it for so long
KEYS = 200
IDLE = 10.0


class Screen:
    """A program in a pseudo-terminal."""

    def __init__(self, command, environment):
        self.started = time.perf_counter()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(environment, TERM="xterm-256color")
            os.execvp(command[0], command)
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)

    def read(self, seconds):
        """What comes within so many seconds; None if nothing does."""
        if not select.select([self.terminal], [], [], max(seconds, 0))[0]:
            return None
        try:
            bytes_read = os.read(self.terminal, 1 << 16)
        except OSError:
            return b""
        if b"\x1b[c" in bytes_read:  # a question about the terminal, to which one must answer
            os.write(self.terminal, b"\x1b[?62;22c")
        return bytes_read

    def first_picture(self, marker, seconds=120):
        """Milliseconds from exec until the marker has been drawn."""
        seen, ends = b"", time.perf_counter() + seconds
        while time.perf_counter() < ends:
            chunk = self.read(ends - time.perf_counter())
            if chunk == b"":
                break
            seen += chunk or b""
            if re.search(marker, seen):
                return (time.perf_counter() - self.started) * 1000
        raise SystemExit(f"{marker!r} was not drawn: {seen[-400:]!r}")

    def settle(self, seconds):
        """Lets it go on for so long; a countdown never falls silent."""
        ends = time.perf_counter() + seconds
        while (left := ends - time.perf_counter()) > 0:
            self.read(left)

    def answer(self, keys):
        """Milliseconds from the keys to the last byte of what they bring, and how many bytes."""
        sent, last, count = time.perf_counter(), None, 0
        os.write(self.terminal, keys)
        while chunk := self.read(QUIET if count else 1.0):
            last, count = time.perf_counter(), count + len(chunk)
        return ((last - sent) * 1000 if last else None), count

    def idle(self, seconds):
        """Bytes, wake-ups and milliseconds of CPU a second."""
        before, count, ends = self.ledger(), 0, time.perf_counter() + seconds
        while (left := ends - time.perf_counter()) > 0:
            count += len(self.read(left) or b"")
        after = self.ledger()
        return count / seconds, (after[0] - before[0]) / seconds, (after[1] - before[1]) / seconds

    def ledger(self):
        wakes = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/status") as status:
                wakes += int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status.read(), re.M)[1])
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(") ", 1)[1].split()
        return wakes, (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def resident(self):
        with open(f"/proc/{self.pid}/status") as status:
            return int(re.search(r"^VmRSS:\s*(\d+)", status.read(), re.M)[1]) / 1024

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(name, size, command, marker, environment, loaded):
    down, up = b"j", b"k"
    screen = Screen(command, environment)
    first = screen.first_picture(marker)
    screen.settle(loaded)
    times, amounts = [], []
    for press in range(KEYS):
        # Twenty rows down, twenty up, and so on: no list ends before the keys do.
        taken, count = screen.answer(up if press // 20 % 2 else down)
        if taken is not None:
            times.append(taken)
            amounts.append(count)
    burst, burst_bytes = screen.answer(down * KEYS)
    screen.settle(1.0)
    rate, wakes, work = screen.idle(IDLE)
    resident = screen.resident()
    screen.close()
    row = [
        name, f"{size:,}", f"{first:.0f}",
        f"{percentile(times, 0.5):.2f} / {percentile(times, 0.99):.2f}",
        f"{percentile(amounts, 0.5):,}",
        f"{burst:.1f} / {burst_bytes:,}" if burst else "-",
        f"{resident:.0f}", f"{rate:.0f}", f"{wakes:.1f}", f"{work:.1f}",
    ]
    print("| " + " | ".join(row) + " |", flush=True)


def serve(program, size, folder):
    """A demonstration without a screen; its address and token file."""
    extra = [] if size <= 26 else ["--incidents", str(max(size - 26, 100))]
    night = subprocess.Popen(
        [program, "demo", "--headless", "--keep", folder, *extra], stdout=subprocess.PIPE, text=True
    )
    begun = time.perf_counter()
    url, token = night.stdout.readline().strip(), night.stdout.readline().strip()
    print(f"<!-- {size:,} incidents were ready after {time.perf_counter() - begun:.1f} s -->", flush=True)
    return night, url, token


def write_table(path, size):
    with open(path, "w") as table:
        table.write("reference,title,due,owner,stage\n")
        for row in range(size):
            table.write(f"INC-26-{row:05},Appointment letter sent to the wrong address,{row % 72} h,nobody,logged\n")


def write_mailbox(path, size):
    box = mailbox.mbox(path)
    for row in range(size):
        box.add(
            f"From: desk@example.org\nSubject: Appointment letter {row} sent to the wrong address\n"
            f"Date: Fri, 12 Jun 2026 18:30:00 +0100\nMessage-ID: <{row}@example.org>\n\nlogged\n"
        )
    box.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nightdesk")
    parser.add_argument("--csvlens", default=shutil.which("csvlens"))
    parser.add_argument("--sizes", default="100,1000,10000,100000")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.nightdesk)
    print("| program | rows | first screen, ms | key p50 / p99, ms | bytes a key | 200 keys at once, ms / bytes "
          "| resident, MB | idle bytes/s | wake-ups/s | CPU, ms/s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            night, url, token = serve(program, size, os.path.join(folder, "night"))
            home = {"XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
            measure("nightdesk", size, [program, "--server", url, "--token-file", token],
                    rb"INC-\d\d-\d{4}", home, loaded=3.0 + size / 4000)
            night.send_signal(signal.SIGTERM)
            night.wait()
            if arguments.csvlens:
                table = os.path.join(folder, "rows.csv")
                write_table(table, size)
                measure("csvlens", size, [arguments.csvlens, table], rb"INC-26-0", {}, loaded=1.0)
            if shutil.which("neomutt"):
                box = os.path.join(folder, "mbox")
                write_mailbox(box, size)
                # Without a folder that exists it would ask whether to make one, and wait.
                measure("neomutt", size,
                        ["neomutt", "-n", "-F", "/dev/null", "-e", f"set folder={folder}", "-R", "-f", box],
                        rb"Appointment", {}, loaded=1.0)


if __name__ == "__main__":
    sys.exit(main())
