#!/usr/bin/env python3
"""scaling.py REFRAIN REFRAIN-MPI CORPUS: what training costs on more cores than one machine has, as Markdown on stdout.

Measured here: bar passes a second of one core, and what share of the time two processes spend in exchanging gradients. Taken from the model: the
bytes of a message. Assumed: two kinds of network, and Adam at two billion numbers a second. Everything else is computed: a rank's
share of the windows (each is learned from twice, as it is and with a bar replaced), then 2 (n - 1) / n messages of a ring in
2 (n - 1) turns (Patarasuk and Yuan 2009, doi:10.1016/j.jpdc.2008.09.002), then Adam, which every rank's threads share.
"""
import re
import resource
import struct
import subprocess
import sys
import tempfile
import json
import math
import os

BARS, BARS_LEAST, THREADS = 512, 64, 16  # of a step; of a worker in a step; of a rank on a large machine
STEPS = 16  # that are measured
PASSES = 2  # of a bar in a step
ADAM = 12 / 2e9  # seconds a parameter: four numbers read, three written, and the sums
CORES = (1, 8, 64, 512)
NETWORKS = (("10 Gbit/s Ethernet", 1.1e9, 30e-6), ("100 Gbit/s InfiniBand", 11e9, 2e-6))  # bytes/s, s of one turn
BARS_SHIPPED = 16500 * 512 + 17330 * 1024


def train(command, steps, environment=None):
    """Seconds of processor time, what the last line says of exchange, in per cent, and the bytes of the parameters."""
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "m.safetensors")
        words = command + ["train", sys.argv[3], "-o", model, "--steps", str(steps), "--threads", "1"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        log = subprocess.run(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, check=True, env=environment).stderr
        spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        with open(model, "rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    exchange = re.findall(r"exchange (\d+) %", log)
    size = sum(4 * math.prod(t["shape"]) for name, t in header.items() if name != "__metadata__")
    return spent, exchange[-1] if exchange else "0", size


def measure_passes(refrain):
    """Bar passes in a second of one core, also on a busy machine: what the second half of the longer run took of the processor."""
    long_s, _, size = train([refrain], 2 * STEPS)
    short_s, _, _ = train([refrain], STEPS)
    codec = STEPS // 8  # the first eighth of the steps has no second half
    return (PASSES * BARS * (STEPS - codec) + BARS * codec) / (long_s - short_s), size


def main():
    refrain, several = sys.argv[1], sys.argv[2]
    passes, size = measure_passes(refrain)
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_btl="self,vader")
    _, share, _ = train(["mpirun", "--oversubscribe", "-n", "2", several], STEPS, environment)
    adam_s = ADAM * size / 4
    pass_s = 1 / passes - adam_s / (PASSES * BARS)
    print(f"| measured on this machine | |\n|---|---|\n| one core | {passes:,.0f} bar passes a second |")
    print(f"| two processes, adding gradients and waiting for each other | {share} % of the time |")
    print(f"| a message: the gradients of {size / 4:,.0f} parameters | {size / 1e6:.1f} MB |\n")
    print("| cores | processes x threads | bars a step | computing | " + " | ".join(f"exchange, {n[0]}" for n in NETWORKS), end=" | ")
    print("bars a second | of ideal | the shipped model's training |\n|---|---|---|---|" + "---|" * len(NETWORKS) + "---|---|---|")
    for cores in CORES:
        threads = min(cores, THREADS)
        ranks = cores // threads
        bars = max(BARS, BARS_LEAST * cores)
        computing = PASSES * bars / cores * pass_s + adam_s / threads
        exchange = [2 * (ranks - 1) / ranks * size / rate + 2 * (ranks - 1) * turn for _, rate, turn in NETWORKS]
        speed = [bars / (computing + e) for e in exchange[: 1 if ranks == 1 else 2]]
        ideal = cores * passes / PASSES
        print(f"| {cores} | {ranks} x {threads} | {bars:,} | {1e3 * computing:.0f} ms | ", end="")
        print(" | ".join(f"{1e3 * e:.1f} ms" for e in exchange), end=" | ")
        print(" to ".join(f"{s:,.0f}" for s in speed), end=" | ")
        print(" to ".join(f"{100 * s / ideal:.0f} %" for s in speed), end=" | ")
        print(" to ".join(f"{BARS_SHIPPED / s / 60:,.0f} min" for s in speed) + " |")


main()
