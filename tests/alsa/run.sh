#!/bin/bash
# run.sh BUILD [SCENARIO...]: the player against a real ALSA sequencer. Where this machine has none, a User-Mode-Linux guest brings one:
# REFRAIN_RIG is the folder with run_in_uml.sh (default ../shared/rig); without either the measurement is skipped.
set -u
cd "$(dirname "$0")/../.." || exit 1
rig=${REFRAIN_RIG:-../shared/rig}
if [ -e /dev/snd/seq ]; then exec tests/alsa/guest.sh "$@"; fi
if [ ! -x "$rig/run_in_uml.sh" ]; then
    echo "skipped: this machine has no ALSA sequencer, and $rig/run_in_uml.sh, which would bring one, is not there"
    exit 0
fi
for tool in busybox xz; do
    command -v $tool >/dev/null || { echo "skipped: the guest needs $tool (Debian: busybox-static xz-utils)"; exit 0; }
done
# Others on this machine would be heard as uneven time, so the guest goes before them where that is allowed.
first=()
if chrt -f 5 true 2>/dev/null; then first=(chrt -f 5); fi
VM_TIMEOUT=${VM_TIMEOUT:-400} exec "${first[@]}" "$rig/run_in_uml.sh" tests/alsa/guest.sh "$@"
