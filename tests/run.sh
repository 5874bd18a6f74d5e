#!/bin/bash
# run.sh [--unit | --terminal] BUILD PROGRAM...: runs the cmocka programs and then the command-line scripts (tests/cli) and
# the terminal scripts (tests/e2e); with --unit no scripts, with --terminal only those of the terminal. All of them run even
# when some fail. The last line is "N passed, N failed".
#
# A script is given REFRAIN, the program's path, runs from the repository's root, exits 0 when it passed, 77 (after a
# sentence) when something that it needs is not on this machine, and anything else when it failed. A script that ends
# with a line "N passed, N failed" counts as that many tests.
set -u
cd "$(dirname "$0")/.." || exit 1
scripts='tests/cli/test_*.sh tests/e2e/test_*.sh'
case $1 in
--unit) scripts=; shift ;;
--terminal) scripts='tests/e2e/test_*.sh'; shift ;;
esac
build=$1; shift
limit=${TEST_SECONDS:-240}

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/tests/support/leaks.txt:print_suppressions=0}
# A crash is the program's to handle: it gives the terminal back, which the scripts look for.
crashes=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0
export ASAN_OPTIONS=$ASAN_OPTIONS:$crashes
export TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$PWD/tests/support/races.txt:halt_on_error=0:exitcode=66}:$crashes
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE # either slows OpenBLAS down on the machine it does not fit
unset CMOCKA_MESSAGE_OUTPUT CMOCKA_TEST_FILTER
passed=0 failed=0 skipped=0

# report NAME PASSED FAILED SECONDS LOG
report() {
    passed=$((passed + $2)) failed=$((failed + $3))
    printf '%-28s %4d passed %3d failed %6.2f s\n' "$1" "$2" "$3" "$4"
    if [ "$3" -gt 0 ]; then tail -n 60 "$5" | sed 's/^/    /'; fi
}

seconds_since() { awk -v a="$1" -v b="$(date +%s.%N)" 'BEGIN{print b - a}'; }

run_program() {
    local name=${1##*/} log=$1.log start status counts
    start=$(date +%s.%N)
    timeout "$limit" "$1" >"$log" 2>&1 </dev/null
    status=$?
    # What has run, is neither OK nor skipped, has failed; a crash leaves no sums, only the OK lines before it.
    counts=$(awk '/^\[       OK \]/{ok++} /^\[==========\] [0-9]+ test\(s\) run\./{run += $2; summed = 1}
        /^\[  SKIPPED \] [0-9]+ test/{skip += $4} END{print ok + 0, summed ? run - ok - skip : 0}' "$log")
    local ok=${counts% *} bad=${counts#* }
    if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
        [ $status -ne 124 ] || echo "stopped after $limit seconds" >>"$log"
    fi
    [ $((ok + bad)) -gt 0 ] || { bad=1; echo "the program ran no test" >>"$log"; }
    report "$name" "$ok" "$bad" "$(seconds_since "$start")" "$log"
}

run_script() {
    local name=${1#tests/} log start status counts
    log=$build/tests/$(basename "$1").log
    start=$(date +%s.%N)
    REFRAIN=$PWD/$build/refrain timeout "$limit" "$1" >"$log" 2>&1 </dev/null
    status=$?
    if [ $status -eq 77 ]; then
        skipped=$((skipped + 1))
        printf '%-28s skipped: %s\n' "$name" "$(tail -n 1 "$log")"
        return
    fi
    counts=$(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$log")
    [ -n "$counts" ] || counts=$([ $status -eq 0 ] && echo "1 0" || echo "0 1")
    local ok=${counts% *} bad=${counts#* }
    if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    report "$name" "$ok" "$bad" "$(seconds_since "$start")" "$log"
}

for program in "$@"; do run_program "$program"; done
for script in $scripts; do
    [ ! -x "$script" ] || run_script "$script"
done
[ $skipped -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
