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
