#!/bin/bash
# refrain.h and librefrain.a as another program meets them: installed, found by pkg-config, used from C, C++ and a shared object.
. tests/cli/check.sh
[ "$REFRAIN" -ef build/release/refrain ] || { echo "Only what is installed is tried, and that is a release."; exit 77; }

root=$work/root
ok install make -s MODE=release install DESTDIR="$root" PREFIX=/usr
export PKG_CONFIG_PATH=$root/usr/lib/pkgconfig
ok "pkg-config finds it" pkg-config --exists refrain
read -r -a flags <<<"$(pkg-config --cflags refrain)"
read -r -a libraries <<<"$(pkg-config --libs refrain)"
version=$("$REFRAIN" --version)
ok "its version is the program's" [ "refrain $(pkg-config --modversion refrain)" = "$version" ]
nm -g --defined-only "$root/usr/lib/librefrain.a" | awk 'NF == 3 {print $3}' >"$work/names"
ok "it exports its own names" [ -s "$work/names" ]
ok "and no others" sh -c '! grep -v "^refrain_" "$1"' sh "$work/names"
grep -oE '\brefrain_[a-z_]+\(' "$root/usr/include/refrain.h" | tr -d '(' | sort -u >"$work/promised"
ok "all that the header promises" diff "$work/promised" <(sort "$work/names")

cp tests/library/example.c "$work/"
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    ok "the example builds with $compiler" $compiler -std=c11 -Wall -Wextra -Wpedantic -Werror -O1 "$work/example.c" \
        -o "$work/example" "${flags[@]}" "${libraries[@]}"
done
ok "it runs" sh -c '"$1" "$2" >"$3"' sh "$work/example" "$root/usr/share/refrain/refrain.safetensors" "$out"
expect "the melody comes back as it is" "Au clair de la lune: 60 60 60 62 64 62 60 64 62 62 60 60 60 60 62 64 62 60 64 62 62 60" "$out"
ok "its fifth bar is its first" grep -qE "bar 5 is bar 1 by (1.00|0.9.), .0 steps, .0 semitones" "$out"
ok "which follows where the first is another one" grep -q "Ode to Joy: 64 64 65 67 .* 64 64 65 67 " "$out"
"$work/example" "$work/none" >"$out" 2>"$err"
ok "no model is a failure" [ $? -eq 1 ]
expect "with a sentence" "none" "$err"

printf '#include <refrain.h>\nint main() { refrain_reader_free(nullptr); refrain_piece_free(nullptr); }\n' >"$work/a.cpp"
if command -v g++ >/dev/null; then
    ok "C++ takes it" g++ -std=c++11 -Wall -Wextra -Werror "$work/a.cpp" -o "$work/a" "${flags[@]}" "${libraries[@]}"
    ok "and runs" "$work/a"
fi
printf '#include <refrain.h>\nvoid *plug(void);\nvoid *plug(void) { return refrain_model_open("none", 0); }\n' >"$work/plug.c"
ok "a plug-in takes it" gcc -shared -fPIC -Wl,-z,defs "$work/plug.c" -o "$work/plug.so" "${flags[@]}" "${libraries[@]}"
ok "and shows none of its names" sh -c '! nm -D --defined-only "$1" | grep refrain_' sh "$work/plug.so"
if command -v valgrind >/dev/null; then
    ok "nothing leaks" valgrind -q --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=9 \
        "$work/example" "$root/usr/share/refrain/refrain.safetensors"
fi
check_end
