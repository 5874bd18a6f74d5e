#!/bin/bash
# figures.sh BUILD CORPUS FILES [PART...]: prints every figure that README.md and assets/doc/figures.md state, in their order, each under
# the command that makes it. Without PART all of them, which takes about an hour on two cores.
#
#   melodies   the model on melodies that it has not seen, in windows of 8, 16, 32 and 64 bars; its new bars too (prior_*)
#   files      the model on the MIDI files that people have
#   made-up    the model on those melodies in made-up meters, with triplets
#   inspect    Ode to Joy, bar by bar
#   draws      whether new bars can be told from the corpus, in 4/4 with three seeds, in 3/4 and 6/8
#   statistics draws beside those melodies
#   speed      training, decoding, influence, screen (make bench)
#   parity     refrain beside PyTorch
#
# CORPUS: a folder of *.train.tsv.gz and *.valid.tsv.gz (engine/learn/corpus.h), made of the sources in assets/CREDITS.md. FILES: a folder
# of MIDI files. What is not there leaves its parts out, and that is said. Fails when a part failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
build=$1 corpus=$2 files=$3
shift 3
wanted=" $* "
refrain=$build/refrain
train=("$corpus"/*.train.tsv.gz) valid=("$corpus"/*.valid.tsv.gz)
failed=()

# show COMMAND...: runs it under its own words.
show() {
    printf '\n$ %s\n' "${*//"$corpus"\//}"
    "$@" 2>/dev/null
}

# part NAME NEEDED COMMAND...: where it is wanted and the needed file or folder is there.
part() {
    local name=$1 needed=$2
    shift 2
    [ "$wanted" = "  " ] || [[ $wanted == *" $name "* ]] || return 0
    printf '\n== %s\n' "$name"
    if [ ! -e "$needed" ]; then
        echo "left out: it needs $needed; see the top of tests/figures.sh."
        return 0
    fi
    "$@" || failed+=("$name")
}

draws() {
    local seed meter
    for seed in 11 12 13; do show "$refrain" sample --seed $seed --corpus "${train[@]}" || return 1; done
    for meter in 3/4 6/8; do show "$refrain" sample --meter $meter --seed 11 --corpus "${train[@]}" || return 1; done
}

for name in "$@"; do
    grep -qE "^#   $name " "$0" || { echo "There is no part \"$name\": $(sed -nE 's/^#   ([a-z-]+) .*/\1/p' "$0" | tr '\n' ' ')" >&2; exit 2; }
done
part melodies "${valid[0]}" show "$refrain" eval "${valid[@]}"
part files "${files:-FILES}" show "$refrain" eval --quick --tracks "$files"
part made-up "${valid[0]}" show "$refrain" eval --quick --variety 5 "${valid[@]}"
part inspect assets/demo show "$refrain" inspect --influence assets/demo/ode-to-joy.mid
part draws "${train[0]}" draws
part statistics "${valid[0]}" show "$refrain" sample --corpus "${valid[@]}"
part speed Makefile show make bench
part parity Makefile show make parity
[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}" >&2; exit 1; }
