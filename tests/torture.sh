#!/bin/bash
# torture.sh [SOAK_SECONDS]: what takes too long for the gate, a line of figures each. Run by make torture, which has built the
# release and AddressSanitizer versions and one for valgrind. Stops at the first fault.
set -eu -o pipefail
cd "$(dirname "$0")/.."
soak=${1:-1800}
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS=suppressions=$PWD/tests/support/leaks.txt:print_suppressions=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

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
if command -v valgrind >/dev/null; then
    model=${REFRAIN_MODEL:-assets/refrain.safetensors}
    OPENBLAS_CORETYPE=Haswell valgrind -q --error-exitcode=9 build/x86-64-v2/refrain inspect assets/demo/twinkle.mid --model "$model" >"$log" 2>&1 ||
        { tail -n 40 "$log"; exit 1; }
    echo "valgrind, reading a melody with the model: 0 errors"
else
    echo "valgrind is not here: left out"
fi
run build/release/tests/tool_torture soak "$soak"
