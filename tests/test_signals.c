/* However the composer ends, the terminal is as it was: it runs in a child on a pseudo terminal, and each of its threads is made
 * to crash in turn. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "app/cli/options.h"
#include "app/terminal.h"
#include "engine/base/clock.h"
#include "engine/base/file.h"
#include "engine/base/thread.h"
#include "tests/support/check.h"
#include "tests/support/temp.h"

typedef struct {
    pid_t pid;
    int terminal;
    struct termios before;
    char output[1 << 18]; /* the newest */
    size_t size;
} Composer;

static Temp temp;

static int set_up(void **state) {
    (void)state;
    temp_open(&temp);
    setenv("XDG_STATE_HOME", temp.folder, 1);
    setenv("XDG_CONFIG_HOME", temp.folder, 1);
    setenv("TERM", "xterm-256color", 1);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    temp_close(&temp);
    return 0;
}

static void compose(void (*before)(void)) {
    static char *words[] = {"refrain", "--output", "silent", "assets/demo/twinkle.mid", NULL};
    Options options;
    Error err = {{0}};
    if (!options_parse(&options, 4, words, &err)) _exit(99);
    options_settle(&options);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* the test framework catches some */
    if (before) before();
    exit(terminal_run(&options));
}

static bool pass_ms(Composer *composer, int ms) {
    struct pollfd fd = {.fd = composer->terminal, .events = POLLIN};
    if (poll(&fd, 1, ms) <= 0) return false;
    if (composer->size > sizeof composer->output / 2) composer->size = 0;
    ssize_t got =
        read(composer->terminal, composer->output + composer->size, sizeof composer->output - composer->size);
    if (got > 0) composer->size += (size_t)got;
    return got > 0;
}

static bool said(const Composer *composer, const char *words) {
    return memmem(composer->output, composer->size, words, strlen(words)) != NULL;
}

static void wait_for(Composer *composer, const char *words) {
    int64_t until_us = clock_monotonic_us() + 30000000; /* only so that a broken test ends */
    while (!said(composer, words)) {
        if (clock_monotonic_us() > until_us) fail_msg("never seen: %s", words);
        pass_ms(composer, 50);
    }
}

static void type(Composer *composer, const char *keys) {
    assert_int_equal(write(composer->terminal, keys, strlen(keys)), strlen(keys));
}

static void open_composer(Composer *composer, void (*before)(void)) {
    int slave;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    memset(composer, 0, sizeof *composer);
    assert_int_equal(openpty(&composer->terminal, &slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(composer->terminal, &composer->before), 0);
    composer->pid = fork();
    if (composer->pid == 0) {
        close(composer->terminal);
        if (login_tty(slave) != 0) _exit(98);
        compose(before);
    }
    close(slave);
}

/* Until the composer stands. */
static void start(Composer *composer, void (*before)(void)) {
    open_composer(composer, before);
    wait_for(composer, "original");
    for (int i = 0; i < 10; i++) pass_ms(composer, 50); /* what is opened behind the first screen is open */
}

/* ThreadSanitizer holds signals back until a thread calls something that it knows, and its own end cannot be begun by a thread. */
#if defined(__SANITIZE_THREAD__)
enum { HELD_BACK = 1 };
#else
enum { HELD_BACK = 0 };
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* Its exit status, or the signal it died of made negative; the terminal has been given back. */
static int ended(Composer *composer) {
    int status, waited = 0;
    int64_t until_us = clock_monotonic_us() + 30000000;
    while ((waited = waitpid(composer->pid, &status, WNOHANG)) == 0) {
        if (clock_monotonic_us() > until_us) {
            kill(composer->pid, SIGKILL);
            fail_msg("it does not end");
        }
        pass_ms(composer, 20);
    }
    while (pass_ms(composer, 0)) continue;
    struct termios after;
    assert_int_equal(tcgetattr(composer->terminal, &after), 0);
    assert_int_equal(after.c_lflag, composer->before.c_lflag);
    assert_int_equal(after.c_iflag, composer->before.c_iflag);
    assert_true(said(composer, "\033[?1049l") && said(composer, "\033[?2004l"));
    assert_true(said(composer, "\033[?1002l") && said(composer, "\033[?25h"));
    close(composer->terminal);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

enum { THREADS_MAX = 64 };

static int threads_of(pid_t pid, pid_t *thread) {
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) && count < THREADS_MAX;)
        if (entry->d_name[0] != '.') thread[count++] = (pid_t)atoi(entry->d_name);
    closedir(folder);
    return count;
}

static void crash_thread(const Composer *composer, int index, int number) {
    pid_t thread[THREADS_MAX];
    assert_true(threads_of(composer->pid, thread) > index);
    assert_int_equal(syscall(SYS_tgkill, composer->pid, thread[index], number), 0);
}

static void check_crash(Composer *composer, int number) {
    unsigned char *log;
    size_t size;
    Error err;
    assert_int_equal(ended(composer), -number);
    assert_true(said(composer, "refrain has crashed, sorry."));
    check_ok(file_read(temp_path(&temp, "refrain/refrain.log"), 1 << 20, &log, &size, &err), &err);
    assert_non_null(strstr((char *)log, "crashed by signal"));
    free(log);
}

/* Main, engine and player: the first three, in the order of their start; errands come and go behind them. */
static void a_crash_in_any_thread_gives_the_terminal_back(void **state) {
    (void)state;
    if (HELD_BACK) skip();
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
    for (int i = 0; i < 3; i++) {
        Composer composer;
        start(&composer, NULL);
        crash_thread(&composer, i, numbers[i % 7]);
        check_crash(&composer, numbers[i % 7]);
    }
}

/* Saves, journals, renderings all run as errands. */
static void a_crash_in_an_errand_gives_the_terminal_back(void **state) {
    (void)state;
    if (HELD_BACK) skip();
    Composer composer;
    pid_t thread[THREADS_MAX];
    char command[600];
    int before = 0, now = 0;
    start(&composer, NULL);
    before = threads_of(composer.pid, thread);
    snprintf(command, sizeof command, ":tempo 20\r:render %s\r", temp_path(&temp, "long.wav"));
    type(&composer, command);
    for (int i = 0; i < 2000 && (now = threads_of(composer.pid, thread)) <= before; i++)
        pass_ms(&composer, 1);
    assert_true(now > before);
    assert_int_equal(syscall(SYS_tgkill, composer.pid, thread[now - 1], SIGSEGV), 0);
    check_crash(&composer, SIGSEGV);
}

static void every_signal_from_outside_ends_it_well(void **state) {
    (void)state;
    const int numbers[] = {SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,     SIGXCPU,
                           SIGPWR,  SIGIO,   SIGQUIT, SIGHUP,    SIGRTMIN + 1};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        Composer composer;
        start(&composer, NULL);
        kill(composer.pid, numbers[i]);
        assert_int_equal(ended(&composer), 128 + numbers[i]);
    }
}

/* As a library does that finds no memory. */
static void *exit_soon(void *nothing) {
    poll(NULL, 0, 1500);
    exit(7);
    return nothing;
}

static void begin_to_exit(void) {
    static Thread thread;
    thread_start(&thread, exit_soon, NULL);
}

static void a_library_that_exits_gives_the_terminal_back(void **state) {
    (void)state;
    if (HELD_BACK) skip();
    Composer composer;
    start(&composer, begin_to_exit);
    assert_int_equal(ended(&composer), 7);
    assert_true(said(&composer, "ended by a library"));
}

/* Deeper than any stack. */
static int descend(volatile int depth) {
    volatile char frame[4096];
    frame[0] = (char)depth;
    return depth < 0 ? 0 : descend(depth + 1) + frame[0];
}

static void *overflow_soon(void *nothing) {
    poll(NULL, 0, 1500);
    return descend(1) ? nothing : NULL;
}

static void begin_to_overflow(void) {
    static Thread thread;
    thread_start(&thread, overflow_soon, NULL);
}

/* There is no stack left to say it on but the spare one. */
static void an_overflow_in_a_thread_gives_the_terminal_back(void **state) {
    (void)state;
    if (HELD_BACK) skip();
    Composer composer;
    start(&composer, begin_to_overflow);
    check_crash(&composer, SIGSEGV);
}

/* As what hangs for good does, without the ten seconds that it is given. */
static void hang(void) {
    alarm(1);
    for (;;) pause();
}

static void hang_at_exit(void) {
    atexit(hang);
}

static void what_hangs_at_the_end_is_gone_without(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        Composer composer;
        start(&composer, hang_at_exit);
        if (i == 0)
            type(&composer, "q");
        else
            kill(composer.pid, SIGTERM);
        assert_int_equal(ended(&composer), i == 0 ? 1 : 128 + SIGTERM);
        assert_true(said(&composer, "did not end in time; refrain goes without it."));
    }
}

static int room_mb; /* what limit_memory leaves */

static void limit_memory(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld", &pages) != 1) _exit(97);
    fclose(file);
    const rlim_t room = (rlim_t)(pages * sysconf(_SC_PAGESIZE)) + ((rlim_t)room_mb << 20);
    const struct rlimit limit = {room, room};
    setrlimit(RLIMIT_AS, &limit);
}

/* Wherever it runs out, in OpenBLAS, GLib and FluidSynth too. */
static void short_memory_gives_the_terminal_back(void **state) {
    (void)state;
    if (SANITIZED) skip(); /* they take terabytes of addresses for themselves */
    static const int rooms_mb[] = {30, 60, 90, 120, 160, 200, 260, 400};
    int stood = 0;
    for (size_t i = 0; i < sizeof rooms_mb / sizeof *rooms_mb; i++) {
        Composer composer;
        room_mb = rooms_mb[i];
        open_composer(&composer, limit_memory);
        for (int n = 0; n < 20 && !said(&composer, "[1 original]"); n++) pass_ms(&composer, 50);
        type(&composer, "K");
        for (int n = 0; n < 10; n++) pass_ms(&composer, 50);
        type(&composer, ":q!\r");
        const int status = ended(&composer);
        stood += status == 0;
        if (status < 0) assert_true(said(&composer, "refrain has crashed, sorry."));
        if (status > 0) assert_true(said(&composer, "refrain: "));
    }
    assert_true(stood >= 4);
}

static void limit_files(void) {
    const struct rlimit small = {2000, 2000};
    setenv("GCOV_PREFIX", "/dev/null",
           1);                /* counts of coverage cut at the limit would spoil those of all later runs */
    signal(SIGXFSZ, SIG_IGN); /* as main does */
    setrlimit(RLIMIT_FSIZE, &small);
}

static void a_file_too_large_is_told(void **state) {
    (void)state;
    Composer composer;
    char command[600];
    start(&composer, limit_files);
    snprintf(command, sizeof command, ":render %s\r", temp_path(&temp, "a.wav"));
    type(&composer, command);
    wait_for(&composer, "Cannot save");
    type(&composer, ":q!\r");
    assert_int_equal(ended(&composer), 0);
}

static void quitting_does_not_wait_for_a_rendering(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        Composer composer;
        char command[600];
        start(&composer, NULL);
        snprintf(command, sizeof command, ":tempo 20\r:render %s\r", temp_path(&temp, "long.wav"));
        type(&composer, command);
        wait_for(&composer, "rendering");
        if (i == 0)
            type(&composer, ":q!\r");
        else
            kill(composer.pid, SIGTERM);
        assert_int_equal(ended(&composer), i == 0 ? 0 : 128 + SIGTERM);
        DIR *folder = opendir(temp.folder);
        for (struct dirent *entry; (entry = readdir(folder));) assert_null(strstr(entry->d_name, ".tmp"));
        closedir(folder);
    }
}

#define SIGNALS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SIGNALS_TEST(a_crash_in_any_thread_gives_the_terminal_back),
        SIGNALS_TEST(a_crash_in_an_errand_gives_the_terminal_back),
        SIGNALS_TEST(every_signal_from_outside_ends_it_well),
        SIGNALS_TEST(a_library_that_exits_gives_the_terminal_back),
        SIGNALS_TEST(an_overflow_in_a_thread_gives_the_terminal_back),
        SIGNALS_TEST(what_hangs_at_the_end_is_gone_without),
        SIGNALS_TEST(short_memory_gives_the_terminal_back),
        SIGNALS_TEST(a_file_too_large_is_told),
        SIGNALS_TEST(quitting_does_not_wait_for_a_rendering),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
