/* The :render command: a schedule goes to a thread of its own, which makes a sound file of it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/studio/files.h"
#include "app/cli/paths.h"
#include "midi_io/audio_file.h"
#include "midi_io/output_synth.h"

typedef struct {
    Schedule *schedule;
    char *path;
    bool ok;
    Error error;
} Render;

static void render_work(void *data) {
    Render *render = data;
    render->ok = output_synth_render(render->schedule, render->path, &render->error);
}

static void render_free(Render *render) {
    if (!render) return;
    schedule_free(render->schedule);
    free(render->path);
    free(render);
}

static void render_done(void *data, void *owner) {
    Render *render = data;
    Studio *studio = owner;
    if (render->ok)
        messages_say(&studio->messages, "rendered %s", render->path);
    else
        messages_refuse(&studio->messages, "%s", render->error.text);
    render_free(render);
}

static Render *render_new(const Studio *studio, const char *path, Error *err) {
    Render *render = calloc(1, sizeof *render);
    if (!render || !(render->path = strdup(path))) {
        error_memory(err, "the rendering");
        free(render);
        return NULL;
    }
    ScheduleOptions options = {.metronome = studio->playback.metronome,
                               .count_in_bars = studio->playback.metronome && studio->playback.count_in};
    render->schedule = schedule_new(studio_melody(studio), &options, err);
    if (render->schedule) return render;
    render_free(render);
    return NULL;
}

static void start(Studio *studio, const char *path) {
    Error err = {{0}};
    Render *render = render_new(studio, path, &err);
    Errand errand = {render_work, render_done, render};
    if (render && !studio->errands) {
        render_work(render);
        render_done(render, studio);
    } else if (render && errands_start(studio->errands, errand, &err)) {
        messages_say(&studio->messages, "rendering %s ..", path);
    } else {
        render_free(render);
        messages_refuse(&studio->messages, "%s", err.text);
    }
}

bool files_render(Studio *studio, const char *typed, const Command *command) {
    char *path = files_target(studio, typed, ".wav");
    if (!path) return false;
    studio_settle(studio);
    bool ok = false;
    Error err = {{0}};
    if (!path[0])
        messages_refuse(&studio->messages, "Where to? :render NAME.wav, or NAME.flac.");
    else if (!audio_file_check(path, &err))
        messages_refuse(&studio->messages, "%s", err.text);
    else if (studio_melody(studio)->count == 0)
        messages_refuse(&studio->messages, "%s", studio_why_empty(studio, studio->version));
    else if ((ok = files_may_write(studio, path, command)))
        start(studio, path);
    free(path);
    return ok;
}
