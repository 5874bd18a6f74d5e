#include "app/loop.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "app/studio/actions.h"
#include "app/signals.h"
#include "app/view.h"
#include "engine/base/clock.h"

enum { FRAME_MS = 33, DESCRIPTORS = 6, SUSPEND_WAIT_MS = 100 };

typedef struct {
    Studio *studio;
    Screen *screen;
    Canvas *canvas;
    int signal_fd;
    bool dirty;
    int status;            /* of the process, once a signal has ended it */
    int64_t suspend_by_ms; /* the player is given until then to be silent; 0 = nobody wants to suspend */
    struct pollfd fd[DESCRIPTORS];
} Loop;

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

void loop_draw(Studio *studio, Screen *screen, Canvas *canvas) {
    int width, height, cursor_x = -1, cursor_y = -1;
    ViewFrame frame;
    screen_size(screen, &width, &height);
    if (!canvas->cells || canvas->width != width || canvas->height != height) {
        bool ascii = canvas->ascii;
        canvas_deinit(canvas);
        canvas->ascii = ascii;
        if (!canvas_init(canvas, width, height, NULL)) return;
    }
    canvas_clear(canvas);
    ui_draw(studio->ui, canvas, view_build(&frame, studio), &cursor_x, &cursor_y);
    screen_blit(screen, canvas, cursor_x, cursor_y);
}

/* ---- what comes in ---- */

static void take_keys(Loop *loop) {
    Studio *studio = loop->studio;
    UiKey key;
    while (!studio->quit && !studio->suspend && screen_read(loop->screen, &key)) {
        ViewFrame frame;
        Command command = {.id = COMMAND_NONE};
        if (ui_key(studio->ui, &key, view_build(&frame, studio), &command))
            actions_perform(studio, &command);
        else if (key.kind < UI_KEY_MOUSE)
            actions_read(studio);
        loop->dirty = true;
    }
}

static void end(Loop *loop, int signal_number) {
    loop->status = 128 + signal_number;
    loop->studio->quit = true;
}

static void take_signals(Loop *loop) {
    for (int number; (number = signals_take());) {
        loop->dirty = true;
        switch (number) {
        case SIGWINCH:
            screen_resize(loop->screen);
            break;
        case SIGTSTP:
            loop->studio->suspend = true;
            break;
        case SIGCONT: /* stopped from outside: something else has written on the screen */
            screen_resize(loop->screen);
            screen_redraw(loop->screen);
            break;
        default:
            end(loop, number);
            break;
        }
    }
}

static void take_notes(Studio *studio) {
    InputEvent note;
    while (outlet_take_note(&studio->outlet, &note)) actions_midi_note(studio, note.pitch, note.velocity);
}

/* All threads will stop, and notes would hang: the player falls silent first, and wakes the loop when it has. */
static void suspend(Loop *loop) {
    Studio *studio = loop->studio;
    Player *player = studio->playback.player;
    if (!loop->suspend_by_ms) {
        playback_pause(&studio->playback);
        loop->suspend_by_ms = studio->now_ms + SUSPEND_WAIT_MS;
    }
    if (player && !player_is_settled(player) && studio->now_ms < loop->suspend_by_ms) return;
    loop->suspend_by_ms = 0;
    studio->suspend = false;
    studio_journal(studio, true);
    screen_suspend(loop->screen);
    signals_stop_here();
    screen_resume(loop->screen);
    loop->dirty = true;
}

/* ---- waiting ---- */

enum { FD_SCREEN, FD_SIGNALS, FD_ENGINE, FD_PLAYER, FD_ERRANDS, FD_INPUT };

static void set_descriptors(Loop *loop) {
    const Studio *studio = loop->studio;
    const Engine *engine = studio->editor.derived.engine;
    int fd[DESCRIPTORS] = {
        [FD_SCREEN] = screen_fd(loop->screen),
        [FD_SIGNALS] = loop->signal_fd,
        [FD_ENGINE] = engine ? engine_wake_fd(engine) : -1,
        [FD_PLAYER] = studio->playback.player ? player_wake_fd(studio->playback.player) : -1,
        [FD_ERRANDS] = studio->errands ? errands_wake_fd(studio->errands) : -1,
        [FD_INPUT] = studio->outlet.input ? input_fd(studio->outlet.input) : -1,
    };
    for (int i = 0; i < DESCRIPTORS; i++) loop->fd[i] = (struct pollfd){.fd = fd[i], .events = POLLIN};
}

static int sooner(int a_ms, int b_ms) {
    return a_ms < 0 ? b_ms : b_ms < 0 || a_ms < b_ms ? a_ms : b_ms;
}

/* Milliseconds until something is to be done anyway; -1 = nothing. */
static int wait_ms(const Loop *loop, bool playing) {
    int64_t now_ms = loop->studio->now_ms;
    int wait = sooner(recovery_wait_ms(&loop->studio->recovery, now_ms), playing ? FRAME_MS : -1);
    int64_t left_ms = loop->suspend_by_ms - now_ms;
    return sooner(wait, !loop->suspend_by_ms ? -1 : left_ms > 0 ? (int)left_ms : 0);
}

static void handle(Loop *loop) {
    Studio *studio = loop->studio;
    if (loop->fd[FD_SIGNALS].revents) take_signals(loop);
    if (loop->fd[FD_SCREEN].revents & POLLIN) take_keys(loop);
    if (loop->fd[FD_SCREEN].revents & (POLLHUP | POLLERR | POLLNVAL)) end(loop, SIGHUP);
    if (loop->fd[FD_ENGINE].revents) studio_take_replies(studio);
    if (loop->fd[FD_PLAYER].revents) outlet_collect(&studio->outlet);
    if (loop->fd[FD_ERRANDS].revents) errands_collect(studio->errands);
    if (loop->fd[FD_INPUT].revents) take_notes(studio);
    actions_resume(studio);
    for (int i = FD_ENGINE; i < DESCRIPTORS; i++) loop->dirty |= loop->fd[i].revents != 0;
}

static void turn(Loop *loop) {
    Studio *studio = loop->studio;
    bool playing = playback_position(&studio->playback).playing;
    set_descriptors(loop);
    studio->now_ms = now_ms();
    int ready = poll(loop->fd, DESCRIPTORS, wait_ms(loop, playing));
    studio->now_ms = now_ms();
    if (ready > 0) handle(loop);
    if (playing || playback_position(&studio->playback).playing) loop->dirty = true;
    if (!studio_journal(studio, false)) loop->dirty = true;
    if (studio->suspend) suspend(loop);
    if (studio->redraw) screen_redraw(loop->screen);
    studio->redraw = false;
    if (!loop->dirty || studio->quit) return;
    loop_draw(studio, loop->screen, loop->canvas);
    loop->dirty = false;
}

int loop_run(Studio *studio, Screen *screen, Canvas *canvas, int signal_fd) {
    Loop loop = {.studio = studio, .screen = screen, .canvas = canvas, .signal_fd = signal_fd, .dirty = true};
    while (!studio->quit) turn(&loop);
    signals_end_soon(loop.status);
    errands_cancel(studio->errands);
    if (loop.status) {
        errands_finish(studio->errands); /* the journal that is being written may be an older one */
        studio_journal(studio, true);
    }
    return loop.status;
}
