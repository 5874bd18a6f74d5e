#!/bin/bash
# parity.sh BUILD: the same work by refrain and by PyTorch in one run, side by side: training (32 windows of 16 bars; forward,
# backward, Adam) on one and two threads, and encoding plus greedy decoding of 16 bars. Needs python3-torch; run it on an
# idle machine.
#
# PyTorch's own threads and those of its BLAS are two settings: set_num_threads(1) alone leaves OpenBLAS on all cores. "One
# thread" here holds both at one; for two threads the best of the three ways to share them out counts.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=$1
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
python=
for candidate in "${PYTHON:-}" python3 /usr/bin/python3; do
    if [ -n "$candidate" ] && "$candidate" -c 'import torch' 2>/dev/null; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "PyTorch is not installed: apt-get install python3-torch, or name a Python that has it: PYTHON=.. make parity" >&2
    exit 1
fi

model=assets/refrain.safetensors
[ -f $model ] || model=
echo "refrain ..." >&2
ours=$("$build/tests/bench_train" && "$build/tests/bench_compose" $model) || exit 1
echo "PyTorch ..." >&2
# pytorch BLAS-THREADS VERB [ARGUMENT]
pytorch() { OPENBLAS_NUM_THREADS=$1 OMP_NUM_THREADS=$1 "$python" tests/parity/parity.py "${@:2}"; }
theirs_1=$(pytorch 1 train 1) && theirs_latency=$(pytorch 1 latency) &&
    theirs_2=$({ pytorch 1 train 2 && pytorch 2 train 1 && pytorch 2 train 2; } | sort -n | tail -n 1) || exit 1

# figure TEXT PREFIX: the first number after the prefix
figure() { printf '%s\n' "$1" | sed -nE "s/^$2[^0-9]*([0-9.]+).*/\1/p" | head -n 1; }
# row NAME OURS THEIRS OURS/THEIRS-OR-INVERSE UNIT
row() {
    awk -v name="$1" -v a="$2" -v b="$3" -v faster="$4" -v unit="$5" 'BEGIN {
        if (a == "" || b == "") { print name ": a bench did not print it"; exit 1 }
        printf "%-26s refrain %9.1f   PyTorch %9.1f %-13s %.2f times as fast\n", name, a, b, unit, faster ? b / a : a / b }'
}

status=0
row "train, 1 thread" "$(figure "$ours" "train, 1 thread")" "$theirs_1" 0 "bar passes/s" || status=1
row "train, 2 threads" "$(figure "$ours" "train, 2 threads")" "$theirs_2" 0 "bar passes/s" || status=1
row "encode and decode 16 bars" "$(figure "$ours" "encode and decode +16 bars +best +[0-9.]+ +median")" \
    "$theirs_latency" 1 ms || status=1
exit $status
