#!/bin/bash
# Every command that README, CONTRIBUTING, assets/doc and the manual page tell people to type is run in a scratch folder, or, where
# it cannot be, looked up: targets in the Makefile, the composer's commands in its table, options in the help of their verb.
. tests/cli/check.sh
need_model
export REFRAIN_MODEL=$model
scratch=$work/scratch
mkdir -p "$scratch/build/release" "$scratch/corpus" "$work/bin"
ln -s "$REFRAIN" "$scratch/build/release/refrain"
ln -s "$REFRAIN" "$work/bin/refrain"
ln -s "$PWD/assets" "$scratch/assets"
ln -s "$PWD/engine" "$scratch/engine"
PATH=$work/bin:$PATH
cp "$demo/twinkle.mid" "$demo/frere-jacques.mid" "$scratch/corpus"
for name in original a mine song; do cp "$demo/ode-to-joy.mid" "$scratch/$name.mid"; done
for name in context b other; do cp "$demo/au-clair-de-la-lune.mid" "$scratch/$name.mid"; done
"$REFRAIN" convert "$demo/ode-to-joy.mid" -o "$scratch/a.abc"
printf 'X:%d\nT:Tune %d\nK:C\nCDEF|G4|\n\n' 1 1 2 2 >"$scratch/tunes.abc"
midi "$scratch/in.mid" 4 2 60:4 62:4 64:4 65:4 67:8 67:8
"$REFRAIN" help --man >"$work/refrain.1"
"$REFRAIN" help --keys >"$work/keys"
python3 tests/cli/read_commands.py README.md CONTRIBUTING.md assets/doc/*.md "$work/refrain.1" >"$work/commands"

# What stands for something of the reader's, and what would take too long.
fill='s/CORPUS\.\.\./corpus/g; s/FOLDER/corpus/g; s/MODEL/mine.safetensors/g; s/FILE/in.mid/g; s/COMMAND/sample/g; s/VERB/sample/g
s/SHARE/0.5/g; s/--minutes [0-9]+/--steps 2 --threads 1/; s/(train-prior .*)/\1 --steps 5/'

# why_not COMMAND: says why it is not run here.
why_not() {
    case $1 in
    "git clone"*) echo "the address is the reader's" ;;
    "make"*) echo "it builds, installs or tests everything: looked up" ;;
    mpirun*) echo "tests/cli/test_ranks.sh runs it" ;;
    "tests/"* | "assets/"*) echo "a path" ;;
    *) return 1 ;;
    esac
}

# look_up NAME COMMAND: are these refrain's words? Every option must be one of the verb's.
look_up() {
    local verb='' option help=$work/help
    [[ $2 =~ ^refrain\ ([a-z][a-z-]*) ]] && verb=${BASH_REMATCH[1]}
    if [ -n "$verb" ]; then "$REFRAIN" help "$verb"; else "$REFRAIN" --help; fi >"$help" 2>&1 || { fail "$1: no verb $verb"; return; }
    for option in $(grep -oE -- '--[a-z][a-z-]*' <<<"$2"); do expect "$1" "$option" "$help"; done
    pass
}

try() { # try NAME COMMAND
    local status command
    if [[ $2 == make* ]]; then
        for command in $(grep -oE '^[a-z_-]+' <<<"${2#make}" || echo) $(grep -oE '(^| )[a-z_-]+' <<<"${2#make}"); do
            ok "$1: the Makefile knows \"$2\"" grep -qE "^$command:" Makefile
        done
        return
    fi
    ! why_not "$2" >/dev/null || return
    command=$(sed -E "$fill" <<<"$2")
    [[ $command != refrain.* ]] || return # names of files
    [[ $command != "refrain train "* ]] || rm -f "$scratch"/mine.safetensors*
    (cd "$scratch" && timeout 120 bash -c "$command") >"$out" 2>"$err" </dev/null
    status=$?
    if [ $status -eq 0 ]; then
        pass
    elif [ $status -eq 2 ] && grep -q "terminal" "$err"; then
        pass # the composer: tests/e2e gives it a terminal
    elif [ $status -eq 2 ] && [ "$3" = word ] && grep -q " wants " "$err"; then
        look_up "$1" "$2"
    else
        fail "$1: \"$command\" ends with $status"
        sed 's/^/    /' "$err" | tail -3
    fi
}

try_python() { # try_python NAME FILE FIRST,LAST
    sed -n "$3p" "$2" >"$work/block.py"
    if grep -q safetensors.numpy "$work/block.py" && ! python3 -c 'import safetensors' 2>/dev/null; then return; fi
    if grep -q numpy "$work/block.py" && ! python3 -c 'import numpy' 2>/dev/null; then return; fi
    ok "$1: the Python block" sh -c 'cd "$1" && python3 "$2"' sh "$scratch" "$work/block.py"
}

ok "figures are printed by part" tests/figures.sh "${REFRAIN%/*}" "$work/none" "$work/none" inspect draws
expect "those of a melody" "moves bars" "$work/log"
expect "and what is missing is said" "left out: it needs" "$work/log"
ok "an unknown part is refused" sh -c '! tests/figures.sh "$1" none none drawz 2>/dev/null' sh "${REFRAIN%/*}"
for command in $(grep -oE '`(refrain|make) [^`]*`' assets/doc/figures.md | tr -d '`' | sed -E 's/refrain //; s/CORPUS.*//; s/ /~/g' | sort -u); do
    case $command in
    make~figures | make~torture | eval~--svg | inspect~--svg) ;; # this page's own, hours, and its pictures
    *) ok "tests/figures.sh runs ${command//\~/ }" grep -qF -- "${command//\~/ }" tests/figures.sh ;;
    esac
done

tried=0
while IFS=$'\t' read -r kind place command; do
    tried=$((tried + 1))
    case $kind in
    key) ok "$place: $command is a command" grep -qE -- "(^| )${command%% *}( |$)" "$work/keys" ;;
    python) try_python "$place" "${place%:*}" "$command" ;;
    *) try "$place" "$command" "$kind" ;;
    esac
done <"$work/commands"
ok "there are commands to try" [ $tried -gt 40 ]
check_end
