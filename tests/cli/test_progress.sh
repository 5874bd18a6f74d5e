#!/bin/bash
# The bar of long work on a terminal: it comes, it goes, and --quiet keeps it away; where there is no terminal there is none.
. tests/cli/check.sh
command -v script >/dev/null || { echo "script is missing (the package bsdutils)."; exit 77; }
need_model
export REFRAIN_MODEL=$model TERM=xterm

# on_terminal WORDS...: refrain with a terminal on stdout and stderr; what it wrote lies in $out.
on_terminal() {
    script -qefc "stty cols 100; exec \"$REFRAIN\" $*" "$out" >/dev/null </dev/null
}
# Much more than a second of work on any machine, as a bar comes after one.
mkdir "$work/corpus"
for copy in a b; do for file in "$demo"/*.mid; do cp "$file" "$work/corpus/$copy-${file##*/}"; done; done
ok "eval on a terminal" on_terminal eval "$work/corpus" --threads 1
expect "has a bar" "measuring  [#" "$out"
expect "and the time left" " left" "$out"
ok "the bar is gone before the figures" sh -c 'tail -c 3000 "$1" | grep -q baseline_copy && ! tail -n 5 "$1" | grep -q measuring' sh "$out"
ok "eval on a terminal, quiet" on_terminal eval "$work/corpus" --threads 1 --quiet
ok "has none" sh -c '! grep -q "measuring" "$1"' sh "$out"
run "eval without a terminal" 0 eval "$demo" --quick --threads 1
ok "has none" sh -c '! grep -q "measuring\|%" "$1"' sh "$err"

ok "train on a terminal" on_terminal train "$demo" -o "$work/m.safetensors" --minutes 0.05 --threads 1
expect "has a bar" "training  [" "$out"
expect "and the loss" "loss " "$out"
run "train, quiet" 0 train "$demo" -o "$work/n.safetensors" --steps 3 --threads 1 -q
ok "is silent but for what it read" sh -c '! grep -q "loss" "$1"' sh "$err"
run "a verb that is never long has none" 2 transfer "$demo/twinkle.mid" "$demo/ode-to-joy.mid" -o "$work/o.mid" --quiet
check_end
