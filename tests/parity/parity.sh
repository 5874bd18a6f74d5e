#!/bin/bash
# parity.sh BUILD: the same work by refrain and by PyTorch in one run, side by side: training (32 windows of 16 bars; forward,
# backward, Adam) on one and two threads, as it is done with substitution (as many windows again, with one bar replaced) and
# without, and encoding plus greedy decoding of 16 bars, in three rounds. Needs python3-torch; run it on an idle machine.
#
# PyTorch's own threads and those of its BLAS are two settings: set_num_threads(1) alone leaves OpenBLAS on all cores. "One
# thread" here holds both at one; for two threads the best of the three ways to share them out counts. Both sides run the same
# kernels, also where OpenBLAS by itself would not find them.
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
rounds=3
results=$(mktemp)
trap 'rm -f "$results"' EXIT

# pytorch BLAS-THREADS VERB [ARGUMENT]
pytorch() {
    OPENBLAS_CORETYPE=$core OPENBLAS_NUM_THREADS=$1 OMP_NUM_THREADS=$1 "$python" tests/parity/parity.py "${@:2}"
}
# on_two VERB: the best of three ways to share two threads out
on_two() { { pytorch 1 "$1" 2 && pytorch 2 "$1" 1 && pytorch 2 "$1" 2; } | sort -n | tail -n 1; }
# figure TEXT PREFIX: the first number after the prefix
figure() { printf '%s\n' "$1" | sed -nE "s/^$2[^0-9]*([0-9.]+).*/\1/p" | head -n 1; }

# The two take turns, so that what else the machine does hits both.
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds ..." >&2
    ours=$("$build/tests/bench_train" && "$build/tests/bench_compose" $model) &&
        core=$(printf '%s\n' "$ours" | sed -n 's/^OpenBLAS core *//p') &&
        theirs_1=$(pytorch 1 train 1) && theirs_latency=$(pytorch 1 latency) &&
        theirs_2=$(on_two train) && both_1=$(pytorch 1 substitution 1) && both_2=$(on_two substitution) || exit 1
    echo "train, 1 thread|$(figure "$ours" "train, 1 thread")|$theirs_1|bar passes/s"
    echo "train, 2 threads|$(figure "$ours" "train, 2 threads")|$theirs_2|bar passes/s"
    echo "substitution, 1 thread|$(figure "$ours" "substitution, 1 thread")|$both_1|bar passes/s"
    echo "substitution, 2 threads|$(figure "$ours" "substitution, 2 threads")|$both_2|bar passes/s"
    echo "encode and decode 16 bars|$(figure "$ours" "encode and decode +16 bars +best +[0-9.]+ +median")|$theirs_latency|ms"
done >"$results"

# The middle of the rounds, and of their ratios.
sort -t '|' -s -k 1,1 "$results" | awk -F '|' '
    function middle(list, n,   i, j, t) {
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && list[j] < list[j - 1]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
        return list[int((n + 1) / 2)]
    }
    function row() {
        at = middle(ratio, n)
        printf "%-26s refrain %9.1f   PyTorch %9.1f %-13s %.2f times as fast (%.2f to %.2f)\n", name, middle(a, n), middle(b, n),
            unit, at, ratio[1], ratio[n]
    }
    $2 == "" || $3 == "" { print $1 ": a bench did not print it"; failed = 1; exit 1 }
    $1 != name { if (n) row(); n = 0; name = $1; unit = $4 }
    { n++; a[n] = $2 + 0; b[n] = $3 + 0; ratio[n] = unit == "ms" ? b[n] / a[n] : a[n] / b[n] }
    END { if (!failed) row() }'
