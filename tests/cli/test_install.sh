#!/bin/bash
# What packagers and shells meet: install and uninstall under a folder with blanks, the completions as bash and zsh read them.
set -u
. tests/cli/check.sh

folder="$work/a folder"
if [ "$REFRAIN" -ef build/release/refrain ]; then
    ok "install" make -s MODE=release install DESTDIR="$folder" PREFIX=/usr
    ok "the installed program runs" "$folder/usr/bin/refrain" --version
    ok "it finds its model and melodies" "$folder/usr/bin/refrain" reconstruct "$folder/usr/share/refrain/demo/ode-to-joy.mid" -o "$work/x.mid"
    touch "$folder/usr/share/refrain/kept" # somebody else's
    ok "uninstall" make -s MODE=release uninstall DESTDIR="$folder" PREFIX=/usr
    find "$folder" -type f >"$work/left"
    ok "uninstall removes what was installed, nothing else" [ "$(cat "$work/left")" = "$folder/usr/share/refrain/kept" ]
fi

# A compiler for another machine that makes files nobody can run: what a build does with a packager's wishes, and that it runs
# nothing of its own making.
cat >"$work/cross" <<'COMPILER'
#!/bin/sh
[ "$1" != -dumpmachine ] || { echo aarch64-linux-gnu; exit; }
echo "$*" >>"${0%/*}/calls"
while [ $# -gt 0 ]; do [ "$1" != -o ] || { : >"$2"; }; shift; done
COMPILER
printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"${0%%/*}/calls"\nexec pkg-config "$@"\n' >"$work/pkg"
chmod +x "$work/cross" "$work/pkg"
cross() {
    make -s MODE=package CC="$work/cross" OBJCOPY=true PKG_CONFIG="$work/pkg" BUILD="$work/build" CPPFLAGS=-DMINE CFLAGS=-fmine \
        LDFLAGS=-Wl,mine DESTDIR="$folder" PREFIX=/opt/refrain "$@"
}
if [ "$REFRAIN" -ef build/release/refrain ]; then
    cross install >"$out" 2>"$err"
    ok "built for another machine, it wants somebody to print the manual" grep -q "PRINTER=PATH" "$err"
    ok "with a refrain that runs here it installs" cross install PRINTER="$REFRAIN"
    ok "the manual is there" grep -q REFRAIN "$folder/opt/refrain/share/man/man1/refrain.1"
    ok "the mathematics is for the oldest of these machines" grep -q -- "-march=armv8-a.*engine/nn/layers.o" "$work/calls"
    ok "no other machine than that is named" sh -c '! grep -q -- -march=native "$1"' sh "$work/calls"
    ok "a packager's flags come last" grep -q -- "-O2 .*-DMINE -fmine .*-c app/main.c" "$work/calls"
    ok "and when linking" grep -q -- "-fmine -Wl,mine .*-o .*refrain " "$work/calls"
    ok "it goes again" cross uninstall PRINTER="$REFRAIN"
    ok "without leaving a file" [ -z "$(find "$folder/opt" -type f)" ]
fi

# complete WORDS...: what bash offers for the last word.
complete_words() {
    bash -c 'compopt() { :; }
        eval "$(cat "$1")"; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _refrain
        printf "%s\n" "${COMPREPLY[@]}"' bash "$work/bash" "$@" >"$out" 2>"$err"
}
run "bash completion" 0 help --completion bash
cp "$out" "$work/bash"
complete_words refrain tra
expect "verbs" transfer "$out"
complete_words refrain help ins
ok "help completes verbs only" [ "$(cat "$out")" = inspect ]
complete_words refrain transfer --al
ok "options of the verb" [ "$(cat "$out")" = --align ]
complete_words refrain transfer --align r
ok "words of an option" [ "$(cat "$out")" = register ]
complete_words refrain transfer assets/demo/ode
ok "files" [ "$(cat "$out")" = assets/demo/ode-to-joy.mid ]
complete_words refrain play --minu
ok "no option of another verb" [ -z "$(tr -d '\n' <"$out")" ]
run "zsh completion" 0 help --completion zsh
if command -v zsh >/dev/null; then ok "zsh reads it" zsh -n "$out"; fi
run "an unknown shell" 2 help --completion fish
sentence "an unknown shell"
check_end
