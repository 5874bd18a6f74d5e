/* tool_torture WHAT COUNT: what takes too long for the tests. Prints one line of figures; fails on the first fault.
 *
 *   kills N   a saver is killed N times at any moment: the file is one of the two songs, whole
 *   disk      a save finds the disk full behind every byte: the old song stays
 *   keys N    N random keys and mouse events, with a new size now and then
 *   soak S    S seconds of edits and of the engine's answers: how much memory grows */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "app/view.h"
#include "engine/base/clock.h"
#include "engine/base/file.h"
#include "tests/support/check.h"
#include "tests/support/random_song.h"
#include "tests/support/studio_script.h"

typedef struct {
    unsigned char *bytes;
    size_t size;
} Content;

static Content song_of(uint64_t seed) {
    Rng rng;
    Document song = {0};
    Content content;
    rng_seed(&rng, seed);
    random_song(&song, &rng);
    content.bytes = random_song_bytes(&song, &content.size);
    document_deinit(&song);
    return content;
}

static bool holds(const char *path, Content content) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    bool same = file_read(path, 1 << 24, &bytes, &size, NULL) && size == content.size &&
                memcmp(bytes, content.bytes, size) == 0;
    free(bytes);
    return same;
}

/* Tells when it is at it. */
static void save_for_ever(const char *path, const Content *song, int report) {
    for (int i = 0;; i = !i) {
        file_save(path, song[i].bytes, song[i].size, NULL);
        if (report >= 0) report = write(report, "y", 1) == 1 ? -1 : report;
    }
}

static pid_t start_saving(const char *path, const Content *song) {
    int ends[2];
    char answer;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) save_for_ever(path, song, ends[1]);
    assert_int_equal(read(ends[0], &answer, 1), 1);
    close(ends[0]);
    close(ends[1]);
    return child;
}

static void kills(const char *path, long count) {
    const Content song[2] = {song_of(1), song_of(2)};
    long first = 0;
    Rng rng;
    rng_seed(&rng, 3);
    assert_true(file_save(path, song[0].bytes, song[0].size, NULL));
    for (long i = 0; i < count; i++) {
        pid_t child = start_saving(path, song);
        usleep((useconds_t)rng_below(&rng, 20000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        bool old = holds(path, song[0]);
        if (!old && !holds(path, song[1])) fail_msg("kill %ld left a broken file", i);
        first += old;
    }
    printf("%ld kills during saves: %ld left one song, %ld the other, 0 a broken file\n", count, first,
           count - first);
}

static void disk(const char *path) {
    const Content song[2] = {song_of(1), song_of(2)};
    struct rlimit limit, before;
    long refused = 0;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    assert_true(file_save(path, song[0].bytes, song[0].size, NULL));
    for (size_t bytes = 0; bytes < song[1].size; bytes++, refused++) {
        Error err = {{0}};
        limit = (struct rlimit){bytes, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
        if (file_save(path, song[1].bytes, song[1].size, &err) || !err.text[0])
            fail_msg("a save succeeded with %zu bytes of room", bytes);
        setrlimit(RLIMIT_FSIZE, &before);
        if (!holds(path, song[0])) fail_msg("%zu bytes of room broke the old file", bytes);
    }
    printf("%ld saves without room, behind every byte: %ld refused with a sentence, the old song whole each "
           "time\n",
           refused, refused);
}

/* ---- the studio ---- */

static UiKey random_key(Rng *rng, const Canvas *canvas) {
    static const char letters[] =
        "hjklwbHL0$i<>;'KJ)(}{QvVyp dxDIXur.gom!1234,sS[]Rr*AtTz+-?/abcefnBCEFGNOPUWYZ\"#%&@_|~^";
    UiKey key = {.kind = UI_KEY_CHAR, .codepoint = (uint32_t)letters[rng_below(rng, sizeof letters - 1)]};
    int dice = (int)rng_below(rng, 100);
    key.shift = dice % 13 == 0;
    key.control = dice % 17 == 0;
    if (dice < 25) key.kind = (UiKeyKind)(UI_KEY_LEFT + rng_below(rng, UI_KEY_F12 - UI_KEY_LEFT + 1));
    if (dice >= 90) {
        key.kind = UI_KEY_MOUSE;
        key.mouse = (UiMouse)rng_below(rng, 5);
        key.button = 1 + (int)rng_below(rng, 3);
        key.x = (int)rng_below(rng, (uint32_t)canvas->width);
        key.y = (int)rng_below(rng, (uint32_t)canvas->height);
    }
    return key;
}

static void open_songs(StudioScript *script, bool with_engine) {
    studio_script_open(script, with_engine);
    studio_script_do(script, "e %s", studio_script_file(script, "a.mid", 1, 8));
    studio_script_do(script, "context-file %s", studio_script_file(script, "b.mid", 2, 8));
}

static void resize(StudioScript *script, Rng *rng) {
    canvas_deinit(&script->canvas);
    Error err = {{0}};
    check_ok(canvas_init(&script->canvas, 1 + (int)rng_below(rng, 500), 1 + (int)rng_below(rng, 200), &err),
             &err);
}

static void press(StudioScript *script, const UiKey *key) {
    ViewFrame frame;
    Command command = {.id = COMMAND_NONE};
    int x, y;
    Studio *studio = &script->studio;
    if (ui_key(studio->ui, key, view_build(&frame, studio), &command)) actions_perform(studio, &command);
    studio->quit = studio->suspend = false;
    studio->now_ms += 5;
    canvas_clear(&script->canvas);
    ui_draw(studio->ui, &script->canvas, view_build(&frame, studio), &x, &y);
}

static void keys(long count) {
    StudioScript script;
    Rng rng;
    long sizes = 0;
    rng_seed(&rng, 4);
    open_songs(&script, false);
    for (long i = 0; i < count; i++) {
        if (i % 150 == 0) resize(&script, &rng), sizes++;
        UiKey key = random_key(&rng, &script.canvas);
        press(&script, &key);
    }
    studio_script_close(&script);
    printf("%ld random keys and mouse events at %ld sizes: no fault\n", count, sizes);
}

static long resident_kb(void) {
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2) fail_msg("no /proc");
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* To the song as it was opened: every step of undo holds memory, which is what they are for. */
static void undo_all(StudioScript *script) {
    while (session_undo(&script->studio.editor.session)) continue;
    studio_script_do(script, "start"); /* and what follows from it */
}

static void soak(long seconds) {
    enum { ROUND = 500 };
    static const char *const lines[] = {"note", "right", "up",   "swap",    "resample",
                                        "undo", "play",  "stop", "next-bar"};
    StudioScript script;
    Rng rng;
    rng_seed(&rng, 5);
    open_songs(&script, true);
    int64_t begin_us = clock_monotonic_us(), end_us = begin_us + seconds * 1000000;
    long commands = 0, early_kb = 0, late_kb = 0;
    while (clock_monotonic_us() < end_us || !early_kb) {
        for (int i = 0; i < ROUND; i++, commands++)
            studio_script_do(&script, "%s", lines[rng_below(&rng, sizeof lines / sizeof *lines)]);
        undo_all(&script);
        late_kb = resident_kb();
        if (!early_kb && clock_monotonic_us() - begin_us > seconds * 300000) early_kb = late_kb;
    }
    studio_script_close(&script);
    printf("%ld s of soak, %ld commands: %ld KiB after three tenths, %ld KiB at the end\n", seconds, commands,
           early_kb, late_kb);
    if (late_kb > early_kb + early_kb / 10) fail_msg("memory grows");
}

static const char *what;
static long count;

static void torture(void **state) {
    (void)state;
    Temp temp;
    char path[300];
    temp_open(&temp);
    snprintf(path, sizeof path, "%s", temp_path(&temp, "song.mid"));
    if (strcmp(what, "kills") == 0)
        kills(path, count);
    else if (strcmp(what, "disk") == 0)
        disk(path);
    else if (strcmp(what, "keys") == 0)
        keys(count);
    else if (strcmp(what, "soak") == 0)
        soak(count);
    else
        fail_msg("there is no such torture");
    temp_close(&temp);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(torture)};
    what = argc > 1 ? argv[1] : "";
    count = argc > 2 ? atol(argv[2]) : 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
