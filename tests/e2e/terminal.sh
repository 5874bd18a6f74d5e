# shellcheck shell=bash disable=SC2034
# terminal.sh: a real terminal for the scripts here: tmux on a socket of its own, a shell in it, keys in, screen out.
#
# Sourced by tests/e2e/test_*.sh, which run from the repository's root with REFRAIN naming the program. Nothing waits for
# a fixed time: wait_for looks until the screen shows what it must, and gives up after WAIT seconds.
set -u
export LC_ALL=C.UTF-8
command -v tmux >/dev/null || { echo "needs tmux, which is not here"; exit 77; }
REFRAIN=$(realpath "${REFRAIN:-build/release/refrain}")
WAIT=${WAIT:-20}
work=$(mktemp -d)
socket=refrain-$$-0
terminals=0
prompt='^\$$' # trailing blanks are not captured
passed=0 failed=0

finish() {
    tmux -L "$socket" kill-server 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT

t() { tmux -L "$socket" "$@" 2>/dev/null; }

# open_terminal WIDTH HEIGHT [TERM]: a shell whose prompt is "$ ", with folders of its own for config and state.
open_terminal() {
    t kill-server
    socket=refrain-$$-$((++terminals)) # a server that ends may still hold its socket
    t -f /dev/null new-session -d -x "$1" -y "$2" "env PS1='$ ' TERM=${3:-tmux-256color} XDG_STATE_HOME=$work/state \
        XDG_CONFIG_HOME=$work/config PATH=$PATH bash --norc --noprofile"
    t set -g status off
    t resize-window -x "$1" -y "$2"
    wait_for "$prompt" || true
}

keys() { t send-keys "$@"; }
line() { t send-keys -l "$1"; t send-keys Enter; }
screen() { t capture-pane -p; }

# wait_for REGEX: until a line of the screen matches.
wait_for() {
    local i
    for ((i = 0; i < WAIT * 20; i++)); do
        if screen | grep -qE -- "$1"; then return 0; fi
        sleep 0.05
    done
    echo "never seen: $1"
    screen | sed 's/^/  | /'
    return 1
}

# wait_gone REGEX: until no line matches.
wait_gone() {
    local i
    for ((i = 0; i < WAIT * 20; i++)); do
        if ! screen | grep -qE -- "$1"; then return 0; fi
        sleep 0.05
    done
    echo "still there: $1"
    return 1
}

# wait_file REGEX FOLDER: until a file of that name is in the folder.
wait_file() {
    local i
    for ((i = 0; i < WAIT * 20; i++)); do
        if find "$2" -name "$1" 2>/dev/null | grep -q .; then return 0; fi
        sleep 0.05
    done
    echo "no file $1 in $2"
    return 1
}

# The process id of the refrain that runs in the terminal: the shell's child (fields of /proc/PID/stat: pid name state parent).
refrain_pid() {
    local shell
    shell=$(t display -p '#{pane_pid}')
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v shell="$shell" '$2 == "(refrain)" && $4 == shell {print $1; exit}'
}

# check NAME COMMAND...: counts one test.
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

done_testing() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
