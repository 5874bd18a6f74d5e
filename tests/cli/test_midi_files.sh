#!/bin/bash
# What refrain writes, read by a reader that is not refrain's: the demo melodies note by note, and a transfer.
set -u
command -v python3 >/dev/null || { echo "needs python3, which is not here"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

counts=$(python3 tests/cli/read_smf.py --melodies assets/demo/melodies.txt assets/demo)
echo "$counts"
read -r passed _ failed _ < <(tail -n 1 <<<"$counts")

# check NAME COMMAND...
check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        echo "failed: $name"
        failed=$((failed + 1))
    fi
}

transferred() {
    "$REFRAIN" transfer "assets/demo/$1.mid" "assets/demo/$2.mid" -o "$folder/out.mid" 2>/dev/null &&
        python3 tests/cli/read_smf.py --result "$folder/out.mid" result "assets/demo/$2.mid"
}

if ls assets/*.safetensors >/dev/null 2>&1; then
    check "transfer in 4/4" transferred ode-to-joy jingle-bells
    check "transfer in 3/4" transferred minuet-in-g o-du-lieber-augustin
    check "transfer in 6/8" transferred silent-night pop-goes-the-weasel
else
    echo "no model in assets: transfers are not checked"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
