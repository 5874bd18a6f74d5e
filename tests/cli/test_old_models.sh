#!/bin/bash
# Every model that refrain ever shipped still opens: read from the repository's history, where there is one.
. tests/cli/check.sh
models=$(git log --format=%H -- assets/refrain.safetensors 2>/dev/null)
[ -n "$models" ] || { echo "This is no checkout: the models of before are not here (tests/test_old_models.c has their kinds)."; exit 77; }

for commit in $models; do
    old=$work/$commit.safetensors
    git show "$commit:assets/refrain.safetensors" >"$old" 2>/dev/null || continue # a history that is cut short
    run "the model of $commit reconstructs" 0 reconstruct $demo/ode-to-joy.mid -o "$work/o.mid" --model "$old"
    ok "nearly every bar" grep -qE "^1[4-6] of 16 bars exact" "$out"
    run "the model of $commit pours" 0 transfer $demo/ode-to-joy.mid $demo/au-clair-de-la-lune.mid -o "$work/o.mid" --model "$old"
    run "the model of $commit draws" 0 sample --bars 8 -o "$work/o.mid" --model "$old"
done
check_end
