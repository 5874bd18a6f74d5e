#!/bin/bash
# fuzz.sh BUILD SECONDS: runs every fuzz target that long, from its seeds in tests/data/fuzz/NOUN (and what earlier runs found
# under build), and stops at the first input that crashes one; the input is kept under BUILD and named.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1 seconds=$2
for target in "$build"/tests/fuzz_*; do
    if [ ! -x "$target" ] || [ -d "$target" ]; then continue; fi
    noun=${target##*/fuzz_}
    corpus=$build/corpus/$noun
    mkdir -p "$corpus"
    seeds=()
    [ ! -d "tests/data/fuzz/$noun" ] || seeds+=("tests/data/fuzz/$noun")
    [ "$noun" != smf ] || [ ! -d assets/demo ] || seeds+=(assets/demo)
    if ! "$target" -max_total_time="$seconds" -rss_limit_mb=2048 -malloc_limit_mb=1024 -timeout=10 -max_len=65536 \
        -artifact_prefix="$build/crash-$noun-" "$corpus" "${seeds[@]}" >"$build/fuzz-$noun.log" 2>&1; then
        grep -aE '^(SUMMARY|==.*ERROR)|runtime error|Assertion|Test unit written' "$build/fuzz-$noun.log" | head -n 5
        echo "fuzz_$noun failed; its log is $build/fuzz-$noun.log"
        exit 1
    fi
    printf '%-22s %s\n' "fuzz_$noun" "$(grep -aE '^Done ' "$build/fuzz-$noun.log" || tail -n 1 "$build/fuzz-$noun.log")"
done
