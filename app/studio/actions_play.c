#include "app/studio/actions.h"

static const char *on_off(bool on) {
    return on ? "on" : "off";
}

static void start(Studio *studio, int32_t from) {
    const Melody *melody = studio_melody(studio);
    if (melody->count == 0) {
        messages_refuse(&studio->messages, "%s", studio_why_empty(studio, studio->version));
        return;
    }
    Error err = {{0}};
    studio->began_tick = studio->session.cursor_tick;
    studio->paused = false;
    if (!playback_start(&studio->playback, melody, studio_document(studio), from, &err))
        messages_refuse(&studio->messages, "%s", err.text);
}

void action_play(Studio *studio) {
    PlayerPosition position = playback_position(&studio->playback);
    Session *session = &studio->session;
    if (!position.playing) {
        int32_t bar = melody_bar_ticks(studio_melody(studio));
        int32_t from = session->cursor_tick / bar * bar;
        start(studio, from < melody_end(studio_melody(studio)) ? from : 0);
        return;
    }
    playback_pause(&studio->playback);
    studio->paused = true;
    session_move(session, position.tick / MELODY_STEP_TICKS * MELODY_STEP_TICKS, session->cursor_pitch);
    messages_say(&studio->messages, "paused; Space goes on from this bar, . goes back to where it began");
}

void action_play_start(Studio *studio) {
    start(studio, 0);
}

void action_stop(Studio *studio) {
    bool began = studio->paused || playback_position(&studio->playback).playing;
    playback_stop(&studio->playback); /* in any case: nobody presses it to keep a sound */
    studio->paused = false;
    if (!began) return;
    session_move(&studio->session, studio->began_tick, studio->session.cursor_pitch);
    messages_say(&studio->messages, "stopped");
}

static void set_loop(Document *document, int32_t from, int32_t to, bool on) {
    document->loop_start = from;
    document->loop_end = to;
    document->looping = on;
}

void action_loop(Studio *studio) {
    const Document *document = studio_document(studio);
    EditRange range = session_selection(&studio->session, studio_melody(studio));
    bool selected = range.end > range.start;
    bool stop_looping = document->looping && !selected;
    if (!selected && !document->looping && document->loop_end <= document->loop_start) {
        messages_refuse(&studio->messages, "Loop what? Select notes with v or bars with V first.");
        return;
    }
    Document *draft = studio_begin_document(studio, stop_looping ? "loop off" : "loop");
    if (!draft) return;
    if (selected)
        set_loop(draft, range.start, range.end, true);
    else
        draft->looping = !stop_looping;
    studio->session.selecting = SESSION_SELECT_NONE;
    studio_commit(studio);
    messages_say(&studio->messages, stop_looping ? "loop off" : "looping");
}

void action_panic(Studio *studio) {
    if (studio->playback.player) player_panic(studio->playback.player);
    messages_say(&studio->messages, "all sound off");
}

void action_metronome(Studio *studio) {
    studio->playback.metronome = !studio->playback.metronome;
    Error err = {{0}};
    if (!playback_refresh(&studio->playback, studio_melody(studio), studio_document(studio), &err))
        messages_refuse(&studio->messages, "%s", err.text);
    else
        messages_say(&studio->messages, "metronome %s", on_off(studio->playback.metronome));
}

void action_count_in(Studio *studio) {
    studio->playback.count_in = !studio->playback.count_in;
    messages_say(&studio->messages, "count-in %s", on_off(studio->playback.count_in));
}

/* The next version behind the shown one, then none. */
void action_ghost(Studio *studio) {
    int next = studio->ghost + 1;
    while (next < VERSIONS &&
           (next == (int)studio->version ||
            derived_melody(&studio->derived, studio_document(studio), (Version)next)->count == 0))
        next++;
    studio->ghost = next < VERSIONS ? next : -1;
    if (studio->ghost < 0)
        messages_say(&studio->messages, "no ghost");
    else
        messages_say(&studio->messages, "ghost: %s", studio_version_name((Version)studio->ghost));
}
