#!/bin/bash
# torture.sh [SOAK_SECONDS]: what takes too long for the gate, a line of figures each. Run by make torture, which has built the
# release and AddressSanitizer versions and one for valgrind. Stops at the first fault.
set -eu -o pipefail
cd "$(dirname "$0")/.."
soak=${1:-1800}
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS=suppressions=$PWD/tests/support/leaks.txt:print_suppressions=0
folder=$(mktemp -d)
log=$folder/log
trap 'rm -rf "$folder"' EXIT

# run PROGRAM ARGUMENTS...: its line of figures; everything when it fails.
run() {
    "$@" >"$log" 2>&1 </dev/null || { tail -n 40 "$log"; echo "$* failed"; exit 1; }
    grep -vE '^\[' "$log" | grep . | tail -n 1
}

run build/release/tests/tool_torture kills 1000
run build/release/tests/tool_torture disk
run build/asan/tests/tool_torture keys 200000
build/asan/tests/test_failing_alloc >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
echo "the n-th allocation fails, for every n: $(grep -c '^\[       OK' "$log") kinds of work end with a sentence, no sanitizer report"

# under_valgrind VERB ARGUMENTS...: on instructions that valgrind knows, OpenBLAS's too.
under_valgrind() {
    OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=1 valgrind -q --error-exitcode=9 build/x86-64-v2/refrain "$@" >"$log" 2>&1 </dev/null ||
        { tail -n 40 "$log"; echo "valgrind: $* failed"; exit 1; }
    commands=$((commands + 1))
}

if command -v valgrind >/dev/null; then
    export REFRAIN_MODEL=${REFRAIN_MODEL:-assets/refrain.safetensors}
    commands=0
    under_valgrind tracks assets/demo/twinkle.mid
    under_valgrind inspect assets/demo/twinkle.mid --svg "$folder/a.svg"
    under_valgrind transfer assets/demo/twinkle.mid assets/demo/frere-jacques.mid -o "$folder/a.mid"
    under_valgrind sample --bars 2 -o "$folder/b.mid"
    under_valgrind train assets/demo/twinkle.mid -o "$folder/a.safetensors" --steps 1 --threads 1
    under_valgrind train assets/demo/twinkle.mid -o "$folder/a.safetensors" --steps 2 --resume
    echo "valgrind: $commands commands, reading, pouring, drawing, training, resuming: 0 errors"
else
    echo "valgrind is not here: left out"
fi
run build/release/tests/tool_torture soak "$soak"
