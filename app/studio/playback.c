#include "app/studio/playback.h"

enum { AUDITION_US = 250000 };

static Schedule *make_schedule(const Playback *playback, const ScheduleMusic *music, const Document *document,
                               bool starting, Error *err) {
    ScheduleOptions options = {.metronome = playback->metronome,
                               .count_in_bars = starting && playback->count_in ? 1 : 0};
    if (document->looping) {
        options.loop_start = document->loop_start;
        options.loop_end = document->loop_end;
    }
    return schedule_of_music(music, &options, err);
}

static bool full(Error *err) {
    return error_set(err, "the player is busy; try again");
}

bool playback_start(Playback *playback, const ScheduleMusic *music, const Document *document, int32_t from,
                    int32_t cursor, Error *err) {
    playback->began_tick = cursor;
    playback->paused = false;
    if (!playback->player) return error_set(err, "there is no player: the sound could not be started");
    Schedule *schedule = make_schedule(playback, music, document, true, err);
    if (!schedule) return false;
    playback->program = music->voice->program;
    if (document->looping && (from < document->loop_start || from >= document->loop_end))
        from = document->loop_start;
    return player_play(playback->player, schedule, from) ? true : full(err);
}

bool playback_refresh(Playback *playback, const ScheduleMusic *music, const Document *document, Error *err) {
    if (!playback->player) return true;
    if (!player_position(playback->player).playing) {
        uint8_t program = music->voice->program;
        if (program != playback->program && player_set_program(playback->player, program))
            playback->program = program;
        return true;
    }
    Schedule *schedule = make_schedule(playback, music, document, false, err);
    if (!schedule) return false;
    return player_switch(playback->player, schedule) ? true : full(err);
}

void playback_pause(Playback *playback) {
    if (!playback->player) return;
    playback->paused = playback->paused || player_position(playback->player).playing;
    player_pause(playback->player);
}

void playback_stop(Playback *playback) {
    if (playback->player) player_stop(playback->player);
    playback->paused = false;
}

PlayerPosition playback_position(const Playback *playback) {
    return playback->player ? player_position(playback->player) : (PlayerPosition){0};
}

void playback_thru(Playback *playback, int pitch, int velocity) {
    if (playback->player) player_note(playback->player, (uint8_t)pitch, (uint8_t)velocity, 0);
}

void playback_audition(Playback *playback, int pitch, int velocity) {
    if (!playback->player || player_position(playback->player).playing) return;
    player_note(playback->player, (uint8_t)pitch, (uint8_t)velocity, AUDITION_US);
}
