#!/bin/bash
# What refrain writes, read by a reader that is not refrain's: the demo melodies note by note, and a transfer.
. tests/cli/check.sh
command -v python3 >/dev/null || { echo "needs python3, which is not here"; exit 77; }

counts=$(python3 tests/cli/read_smf.py --melodies assets/demo/melodies.txt assets/demo)
echo "$counts"
read -r passed _ failed _ < <(tail -n 1 <<<"$counts")

transferred() {
    "$REFRAIN" transfer "assets/demo/$1.mid" "assets/demo/$2.mid" -o "$work/out.mid" 2>/dev/null &&
        python3 tests/cli/read_smf.py --result "$work/out.mid" result "assets/demo/$2.mid"
}

if ls assets/*.safetensors >/dev/null 2>&1; then
    ok "transfer in 4/4" transferred ode-to-joy jingle-bells
    ok "transfer in 3/4" transferred minuet-in-g o-du-lieber-augustin
    ok "transfer in 6/8" transferred silent-night pop-goes-the-weasel
else
    echo "no model in assets: transfers are not checked"
fi
check_end
