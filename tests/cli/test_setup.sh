#!/bin/bash
# assets/install-dependencies.sh on machines that are not this one: dpkg-query, apt-get, id and sudo are played by scripts.
set -u
. tests/cli/check.sh
setup=$PWD/assets/install-dependencies.sh
stage=$work/bin
mkdir -p "$stage"
for tool in sh sed tr env printf; do ln -s "$(command -v $tool)" "$stage/$tool"; done

# prop NAME BODY: a tool of the pretended machine, which also writes its call to $work/calls
prop() {
    printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n%s\n' "$1" "$work" "$2" >"$stage/$1"
    chmod +x "$stage/$1"
}
prop_packages() { # all installed, except those named
    prop dpkg-query "shift 2; for p; do case \" $* \" in *\" \$p \"*) ;; *) echo \"ii \$p\";; esac; done"
}
prop_user() { prop id "echo $1"; }
set_up() {
    : >"$work/calls"
    PATH=$stage sh "$setup" "$@" >"$out" 2>"$err" </dev/null
    status=$?
}
is() { if [ "$2" = "$3" ]; then pass; else fail "$1: '$2', not '$3'"; fi; }

prop_packages libjack-jackd2-0
prop_user 0
prop apt-get ''
set_up build test lint fuzz
is "nothing is missing: status" $status 0
is "nothing is missing: silence" "$(cat "$out" "$err")" ""
is "nothing is missing: no apt-get" "$(grep -c apt-get "$work/calls")" 0

prop_packages libsmf-dev libcmocka-dev libjack-jackd2-0
set_up build test
is "root: status" $status 0
expect "root: the names" "install -y --no-install-recommends libsmf-dev libcmocka-dev" "$work/calls"
is "root: no needless update" "$(grep -c update "$work/calls")" 0
set_up build
is "only what the purpose needs" "$(grep -c libcmocka "$work/calls")" 0

prop apt-get 'case "$*" in *update*) : >"${0%/*}/updated" ;; esac; [ -e "${0%/*}/updated" ]'
set_up build
is "no package lists: status" $status 0
expect "no package lists: update" "update" "$work/calls"

prop apt-get 'exit 100'
set_up build
is "apt-get fails: status" $status 1
expect "apt-get fails: the sentence" "apt-get could not install: libsmf-dev" "$err"

prop apt-get ''
prop_packages libfluidsynth-dev
set_up build
expect "JACK 2 keeps its headers" "libfluidsynth-dev libjack-jackd2-dev" "$work/calls"

prop_packages libsmf-dev libjack-jackd2-0
prop_user 1000
set_up build
is "no sudo: status" $status 1
expect "no sudo: the sentence" "As root, run: apt-get install libsmf-dev" "$err"
prop sudo 'exec "$@"'
set_up build
is "sudo: status" $status 0
expect "sudo: asked" "sudo env DEBIAN_FRONTEND=noninteractive apt-get" "$work/calls"

rm "$stage/apt-get"
set_up build
is "no apt: status" $status 1
expect "no apt: the sentence" "This machine has no apt" "$err"
prop pkg-config ''
prop cc ''
set_up build
is "no apt but all libraries: status" $status 0

set_up nonsense
is "usage: status" $status 2
check_end
