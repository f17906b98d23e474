#!/usr/bin/env python3
"""Reads the same CSV file with Deadhead and with Polars' own reader, each in a process of its own, turn by turn.

    pip install polars
    cargo build --release
    benches/peers/read_csv.py --megabytes 1000 --rounds 3

Prints wall time, CPU time and peak memory of each, and the ratio. Deadhead is timed with `read`, which finds out the dialect and
the conventions, reads every cell into its type, keeps the books and writes the rows out again as CSV; and with `check`, which
reads, joins, rolls up and computes. Polars is timed with `read_csv`, once as it comes (texts stay texts) and once with the times parsed.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

POLARS = """
import sys, polars
frame = polars.read_csv(sys.argv[1], try_parse_dates=sys.argv[2] == "typed")
print(frame.height)
"""


def write_events(path: Path, megabytes: int) -> int:
    """Product events of 20,000 accounts; returns the number of rows."""
    draw = random.Random(7)
    accounts = [f"acct-{number:05}" for number in range(20_000)]
    names = [f"feature {number:03} used" for number in range(200)]
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("account_id,user_id,ts,capability,status,count\n")
        while file.tell() < megabytes * 1_000_000:
            block = []
            for _ in range(20_000):
                account = draw.randrange(20_000)
                seconds = draw.randrange(86_400 * 90)
                day, clock = divmod(seconds, 86_400)
                month, day = 7 + day // 30, 1 + day % 30
                block.append(
                    f"{accounts[account]},user-{account}-{draw.randrange(9)},"
                    f"2026-{month:02}-{day:02}T{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}Z,"
                    f"{draw.choice(names)},{'ok' if draw.random() < 0.97 else 'error'},{draw.randrange(1, 9)}\n"
                )
            file.write("".join(block))
            rows += len(block)
    return rows


def measured(command: list[str], cwd: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak megabytes of one command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command} failed: {errors.decode()[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--megabytes", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--deadhead", default="target/release/deadhead")
    given = arguments.parse_args()
    deadhead = str(Path(given.deadhead).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        rows = write_events(folder / "events.csv", given.megabytes)
        (folder / "accounts.csv").write_text("account_id\nacct-00000\n")
        (folder / "deadhead.toml").write_text(
            'as_of = "2026-10-01"\n'
            '[[input]]\npath = "events.csv"\ntable = "usage_events"\n'
            '[[input]]\npath = "accounts.csv"\ntable = "accounts"\n'
        )
        size = (folder / "events.csv").stat().st_size
        print(f"{rows} rows, {size / 1e6:.0f} MB, {os.cpu_count()} cores, {given.rounds} rounds")
        contestants = {
            "deadhead read": [deadhead, "read", "events.csv", "--table", "usage_events"],
            "deadhead check": [deadhead, "check", "."],
            "polars read_csv": [sys.executable, "-c", POLARS, "events.csv", "plain"],
            "polars read_csv, times parsed": [sys.executable, "-c", POLARS, "events.csv", "typed"],
        }
        seen = {name: [] for name in contestants}
        for _ in range(given.rounds):
            for name, command in contestants.items():
                seen[name].append(measured(command, folder))
        own = [statistics.median(column) for column in zip(*seen["deadhead read"])]
        print(f"{'':32}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}   read over it: wall, CPU")
        for name, figures in seen.items():
            wall, cpu, peak = (statistics.median(column) for column in zip(*figures))
            print(f"{name:32}{wall:8.2f}{cpu:8.2f}{peak:9.0f}   {own[0] / wall:.2f}, {own[1] / cpu:.2f}")


if __name__ == "__main__":
    main()
