#!/bin/bash
# Training by several processes: the same losses as one process with the same windows, on with another number of them, and one that
# dies ends all with a sentence.
. tests/cli/check.sh
[ "$REFRAIN" -ef build/release/refrain ] || { echo "Only the release is built for several processes."; exit 77; }
command -v mpirun >/dev/null && pkg-config --exists ompi-c || { echo "Open MPI is missing (the packages libopenmpi-dev and openmpi-bin)."; exit 77; }
ok "make mpi" make -s MODE=release mpi
several=$REFRAIN-mpi
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl=self,vader
one=$work/one.safetensors two=$work/two.safetensors

same_weights() {
    python3 - "$1" "$2" "$3" <<'PYTHON'
import array, struct, sys
def weights(path):
    data = open(path, "rb").read()
    floats = array.array("f")
    floats.frombytes(data[8 + struct.unpack("<Q", data[:8])[0]:])
    return floats
a, b = map(weights, sys.argv[1:3])
sys.exit(len(a) != len(b) or max(abs(x - y) for x, y in zip(a, b)) > float(sys.argv[3]))
PYTHON
}
losses() { sed -nE 's|^step 10/10 .* loss ([0-9.]+) .*|\1|p' "$1"; }

run "one process, two threads" 0 train $demo -o "$one" --steps 10 --threads 2
losses "$err" >"$work/loss.one"
ok "two processes" sh -c 'mpirun -n 2 "$1" train "$2" -o "$3" --steps 10 >"$4" 2>"$5"' sh "$several" $demo "$two" "$out" "$err"
losses "$err" >"$work/loss.two"
ok "there are losses" [ -s "$work/loss.one" ]
ok "the same losses" cmp "$work/loss.one" "$work/loss.two"
ok "the same weights" same_weights "$one" "$two" 1e-5
expect "it says what adding gradients costs" "exchange " "$err"
ok "only one of them speaks" [ "$(grep -c '^step 10/10' "$err")" -eq 1 -a "$(grep -c '^read' "$err")" -eq 1 -a "$(wc -l <"$out")" -eq 1 ]

# Two processes go on where one ended, and one where two did: four workers more or less change the order of sums alone.
run "one goes on" 0 train $demo -o "$one" --resume --steps 14 --threads 1
ok "three go on" sh -c 'mpirun -n 3 "$1" train "$2" -o "$3" --resume --steps 14 >"$4" 2>"$5"' sh "$several" $demo "$two" "$out" "$err"
ok "nearly the same weights" same_weights "$one" "$two" 2e-3

mpirun -n 2 "$several" train $demo -o "$work/three.safetensors" --steps 100000 >"$out" 2>"$err" &
runner=$!
for _ in $(seq 60); do ! grep -q '^read' "$err" || break; sleep 0.5; done
sleep 2
victim=$(pgrep -f "$several train .*three.safetensors" | while read -r p; do grep -qz OMPI_COMM_WORLD_RANK=1 "/proc/$p/environ" && echo "$p"; done)
kill -9 $victim
wait $runner
ok "a death ends all" [ $? -ne 0 ]
expect "with a sentence" "Another process of this training has ended; --resume goes on from the last save." "$err"
ok "nobody is left" sh -c '! pgrep -f "[t]hree.safetensors"'

mpirun -n 2 "$REFRAIN" train $demo -o "$work/four.safetensors" --steps 1 >"$out" 2>"$err"
ok "a refrain for one process refuses" [ $? -ne 0 ]
expect "and says which one can" "refrain-mpi" "$err"
check_end
