#!/bin/bash
# fuzz.sh BUILD SECONDS: runs every fuzz target that long, from its seeds in tests/data/fuzz/NOUN (and what earlier runs found
# under build), prints how many inputs ran and how many edges of the code they reached, and stops at the first target that
# crashes (the input is kept under BUILD and named) or reaches less than its floor: such a one tests nothing.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1 seconds=$2

# Edges, about four fifths of what ten seconds reach from the seeds alone.
declare -A floor=([abc]=900 [checkpoint]=220 [config]=140 [corpus]=190 [history]=60 [journals]=30 [musicxml]=1050
    [recipe]=160 [score]=590 [sequence]=110 [smf]=880 [song]=1000)
declare -A largest=([checkpoint]=262144 [journals]=200)

fail() {
    grep -aE '^(SUMMARY|==.*ERROR)|runtime error|Assertion|Test unit written' "$2" | head -n 5
    echo "fuzz_$1 failed: $3; its log is $2"
    exit 1
}

for target in "$build"/tests/fuzz_*; do
    if [ ! -x "$target" ] || [ -d "$target" ]; then continue; fi
    noun=${target##*/fuzz_}
    corpus=$build/corpus/$noun
    log=$build/fuzz-$noun.log
    mkdir -p "$corpus"
    seeds=()
    [ ! -d "tests/data/fuzz/$noun" ] || seeds+=("tests/data/fuzz/$noun")
    [[ ! $noun =~ ^(smf|score)$ ]] || [ ! -d assets/demo ] || seeds+=(assets/demo)
    "$target" -max_total_time="$seconds" -rss_limit_mb=2048 -malloc_limit_mb=1024 -timeout=10 \
        -max_len="${largest[$noun]:-65536}" -artifact_prefix="$build/crash-$noun-" "$corpus" "${seeds[@]}" \
        >"$log" 2>&1 || fail "$noun" "$log" "it crashed"
    runs=$(grep -aoE '^Done [0-9]+' "$log" | grep -oE '[0-9]+')
    edges=$(grep -aoE 'cov: [0-9]+' "$log" | tail -n 1 | grep -oE '[0-9]+')
    least=${floor[$noun]:-none}
    printf '%-18s %12s inputs %6s edges (at least %s)\n' "fuzz_$noun" "${runs:-0}" "${edges:-0}" "$least"
    [ "$least" != none ] || fail "$noun" "$log" "it has no floor in tests/fuzz.sh"
    [ "${edges:-0}" -ge "$least" ] || fail "$noun" "$log" "it reaches only ${edges:-0} edges"
done
