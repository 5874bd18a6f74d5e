#include "app/loop.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "app/studio/actions.h"
#include "app/studio/outlet.h"
#include "app/signals.h"
#include "app/view.h"
#include "engine/base/clock.h"

enum { FRAME_MS = 33, DESCRIPTORS = 6 };

typedef struct {
    Studio *studio;
    Screen *screen;
    Canvas *canvas;
    int signal_fd;
    bool dirty;
    int status; /* of the process, once a signal has ended it */
    struct pollfd fd[DESCRIPTORS];
} Loop;

int64_t loop_now_ms(void) {
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
        if (ui_key(studio->ui, &key, view_build(&frame, studio), &command)) actions_perform(studio, &command);
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

static void take_player(Studio *studio) {
    Error event = {{0}};
    if (player_collect(studio->playback.player, &event)) outlet_lost(studio, &event);
}

static void suspend(Loop *loop) {
    Studio *studio = loop->studio;
    studio->suspend = false;
    playback_pause(&studio->playback);
    if (studio->playback.player)
        player_settle(studio->playback.player); /* all threads stop, and notes would hang */
    studio->now_ms = loop_now_ms();
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
    int fd[DESCRIPTORS] = {
        [FD_SCREEN] = screen_fd(loop->screen),
        [FD_SIGNALS] = loop->signal_fd,
        [FD_ENGINE] = studio->engine ? engine_wake_fd(studio->engine) : -1,
        [FD_PLAYER] = studio->playback.player ? player_wake_fd(studio->playback.player) : -1,
        [FD_ERRANDS] = studio->errands ? errands_wake_fd(studio->errands) : -1,
        [FD_INPUT] = studio->input ? input_fd(studio->input) : -1,
    };
    for (int i = 0; i < DESCRIPTORS; i++) loop->fd[i] = (struct pollfd){.fd = fd[i], .events = POLLIN};
}

/* Milliseconds until something is to be done anyway; -1 = nothing. */
static int wait_ms(const Loop *loop, bool playing) {
    int journal = recovery_wait_ms(&loop->studio->recovery, loop->studio->now_ms);
    if (!playing) return journal;
    return journal >= 0 && journal < FRAME_MS ? journal : FRAME_MS;
}

static void handle(Loop *loop) {
    Studio *studio = loop->studio;
    if (loop->fd[FD_SIGNALS].revents) take_signals(loop);
    if (loop->fd[FD_SCREEN].revents & POLLIN) take_keys(loop);
    if (loop->fd[FD_SCREEN].revents & (POLLHUP | POLLERR | POLLNVAL)) end(loop, SIGHUP);
    if (loop->fd[FD_ENGINE].revents) studio_take_replies(studio);
    if (loop->fd[FD_PLAYER].revents) take_player(studio);
    if (loop->fd[FD_ERRANDS].revents) errands_collect(studio->errands, studio);
    if (loop->fd[FD_INPUT].revents) outlet_take_input(studio);
    for (int i = FD_ENGINE; i < DESCRIPTORS; i++) loop->dirty |= loop->fd[i].revents != 0;
}

static void turn(Loop *loop) {
    Studio *studio = loop->studio;
    bool playing = playback_position(&studio->playback).playing;
    set_descriptors(loop);
    studio->now_ms = loop_now_ms();
    int ready = poll(loop->fd, DESCRIPTORS, wait_ms(loop, playing));
    studio->now_ms = loop_now_ms();
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
    if (loop.status) {
        studio_journal(studio, true);
        recovery_flush(&studio->recovery, NULL);
    }
    return loop.status;
}
