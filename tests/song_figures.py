#!/usr/bin/env python3
"""Figures of whole songs: song_figures.py BUILD [FOLDER]

  given     the MIDI files of FOLDER, if there is one: read and written again unedited they hold the same events (read_smf.py), how long
            opening takes, and how often the melody is right (tests/data/melody_labels.tsv, where FOLDER has those files)
  made      200 made-up songs: how often the melody is right
  long      a song of 1,000 bars read by the model, and one of 5,000 opened in the composer

CPU seconds; the composer's are those from its start to its first screen. Fails where an aim is missed."""
import glob
import os
import pty
import random
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "cli"))
import read_smf  # noqa: E402

OPEN_MOST, READ_MOST, SCREEN_MOST = 2.0, 2.0, 1.0
failed = 0


def aim(name, good, words):
    global failed
    failed += not good
    print("%-28s %s%s" % (name, words, "" if good else "   MISSED"), flush=True)


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, run


def given(build, folder, work):
    files = sorted(f for f in glob.glob(folder + "/**/*", recursive=True)
                   if f.lower().endswith((".mid", ".midi", ".kar")))
    saved = [os.path.join(work, "%d.mid" % i) for i in range(len(files))]
    pairs = [name for pair in zip(files, saved) for name in pair]
    run = subprocess.run([build + "/tests/tool_resave"] + pairs, capture_output=True, text=True, check=False)
    refused = sum(": refused: " in line for line in run.stdout.splitlines())
    read_only = {line.split(": read-only: ")[0] for line in run.stdout.splitlines() if ": read-only: " in line}
    kept = [p for p in zip(files, saved) if os.path.exists(p[1]) and p[0] not in read_only]
    same = not read_smf.compare_pairs([name for pair in kept for name in pair])
    aim("read and written again", run.returncode == 0 and same, "%d files, %d refused and %d read-only with a sentence"
        % (len(files), refused, len(read_only)))
    crashed, times = 0, []
    for name in files:
        seconds, tracks = cpu([build + "/refrain", "tracks", name, "--json"])
        times.append(seconds)
        crashed += tracks.returncode not in (0, 1) or (tracks.returncode == 1 and not tracks.stderr)
    aim("opened", crashed == 0 and max(times) <= OPEN_MOST,
        "median %.3f s, at most %.2f s; %d ended otherwise than with a sentence"
        % (sorted(times)[len(times) // 2], max(times), crashed))
    labels = os.path.join(HERE, "data", "melody_labels.tsv")
    with open(labels, encoding="utf-8") as lines:
        there = any(os.path.exists(os.path.join(folder, line.split("\t")[0])) for line in lines if line[0] != "#")
    if there:
        rules(build, folder, labels)


def rules(build, folder, truth):
    run = subprocess.run([sys.executable, os.path.join(HERE, "melody_rules.py"), build + "/refrain", folder, truth],
                         capture_output=True, text=True, check=False)
    for line in run.stdout.splitlines():
        if " of " in line:
            print("  melody, " + line)


def write_long(path, bars, seed):
    """Ordinary music: phrases of four bars that come back, varied or new, in quarters and eighths."""
    music, data = random.Random(seed), bytearray()
    phrases = [[music.choice((60, 62, 64, 65, 67, 69, 71, 72)) for _ in range(32)] for _ in range(40)]
    for bar in range(0, bars, 4):
        for i, pitch in enumerate(music.choice(phrases)):
            pitch += 2 * (bar % 16 == 12 and i == 30)
            data += bytes((0, 0x90, pitch, 80, 0x81, 0x70, 0x80, pitch, 64))  # 240 ticks
    data += b"\0\xff\x2f\0"
    with open(path, "wb") as out:
        out.write(b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk" + len(data).to_bytes(4, "big") + data)


def first_screen(command, home):
    """CPU seconds, of all threads, and seconds by the clock until the composer has drawn its tabs."""
    environment = dict(os.environ, TERM="xterm-256color", LINES="24", COLUMNS="80", XDG_CONFIG_HOME=home,
                       XDG_DATA_HOME=home, XDG_STATE_HOME=home)
    ticks = os.sysconf("SC_CLK_TCK")
    began = time.monotonic()
    child, terminal = pty.fork()
    if child == 0:
        os.execve(command[0], command, environment)
    shown = b""
    while b"original" not in shown:
        shown += os.read(terminal, 65536)
    seconds = time.monotonic() - began
    with open("/proc/%d/stat" % child, encoding="utf-8") as stat:
        fields = stat.read().rpartition(")")[2].split()
    used = (int(fields[11]) + int(fields[12])) / ticks
    os.kill(child, 15)
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.waitpid(child, 0)
    return used, seconds


def long_songs(build, work):
    thousand, more = os.path.join(work, "1000.mid"), os.path.join(work, "5000.mid")
    write_long(thousand, 1000, 1)
    write_long(more, 5000, 2)
    seconds = min(cpu([build + "/refrain", "inspect", thousand, "--json"])[0] for _ in range(3))
    aim("1,000 bars are read", seconds <= READ_MOST, "%.2f s" % seconds)
    used, seconds = min(first_screen([build + "/refrain", more], work) for _ in range(3))
    aim("5,000 bars are opened", used <= SCREEN_MOST,
        "%.2f s to the first screen, %.2f s by the clock" % (used, seconds))


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    build = os.path.abspath(arguments[0])
    with tempfile.TemporaryDirectory() as work:
        if len(arguments) == 2:
            given(build, arguments[1], work)
        made = os.path.join(work, "made")
        os.mkdir(made)
        subprocess.run([sys.executable, os.path.join(HERE, "cli", "write_songs.py"), made, "200", "11"], check=True)
        rules(build, made, os.path.join(made, "truth.tsv"))
        long_songs(build, work)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
