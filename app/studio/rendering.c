#include "app/studio/rendering.h"

#include <stdlib.h>
#include <string.h>

#include "app/cli/paths.h"
#include "app/studio/saving.h"
#include "midi_io/audio_file.h"
#include "midi_io/output_synth.h"

typedef struct {
    Messages *messages;
    Schedule *schedule;
    char *path;
    bool ok;
    Error error;
} Rendering;

static void render(void *data, const atomic_bool *cancelled) {
    Rendering *rendering = data;
    AudioFile *file = audio_file_open(rendering->path, FORMAT_OTHER, OUTPUT_SYNTH_RATE, &rendering->error);
    rendering->ok = output_synth_render(rendering->schedule, file, cancelled, NULL, &rendering->error);
}

static void rendering_free(Rendering *rendering) {
    if (!rendering) return;
    schedule_free(rendering->schedule);
    free(rendering->path);
    free(rendering);
}

static void rendered(void *data) {
    Rendering *rendering = data;
    if (rendering->ok)
        messages_say(rendering->messages, "rendered %s", rendering->path);
    else
        messages_refuse(rendering->messages, "%s", rendering->error.text);
    rendering_free(rendering);
}

static Rendering *rendering_new(const Studio *studio, const char *path, Error *err) {
    Rendering *rendering = calloc(1, sizeof *rendering);
    if (!rendering || !(rendering->path = strdup(path))) {
        error_memory(err, "the rendering");
        free(rendering);
        return NULL;
    }
    rendering->messages = studio->editor.messages;
    ScheduleOptions options = {.metronome = studio->playback.metronome,
                               .count_in_bars = studio->playback.metronome && studio->playback.count_in};
    const ScheduleMusic music = editor_music(&studio->editor);
    rendering->schedule = schedule_of_music(&music, &options, err);
    if (rendering->schedule) return rendering;
    rendering_free(rendering);
    return NULL;
}

static void start(Studio *studio, const char *path) {
    Error err = {{0}};
    Rendering *rendering = rendering_new(studio, path, &err);
    if (rendering && studio->errands) messages_say(&studio->messages, "rendering %s ..", path);
    if (rendering && errands_start(studio->errands, (Errand){render, rendered, rendering}, &err)) return;
    rendering_free(rendering);
    messages_refuse(&studio->messages, "%s", err.text);
}

void rendering_start(Studio *studio, const Command *command) {
    const Editor *editor = &studio->editor;
    Error err = {{0}};
    Format format;
    char *path = paths_target(command->text, ".wav", &err);
    if (!path)
        messages_refuse(&studio->messages, "%s", err.text);
    else if (!path[0])
        messages_refuse(&studio->messages, "Where to? :render NAME.wav, or NAME.flac.");
    else if (!audio_file_format(&format, path, FORMAT_OTHER, &err))
        messages_refuse(&studio->messages, "%s", err.text);
    else if (!pending_wait(&studio->pending, editor_waits(editor), "the model", command, &studio->messages)) {
        if (editor_track(editor)->count == 0)
            messages_refuse(&studio->messages, "%s", editor_why_empty(editor, editor->version));
        else if (saving_may_write(studio, path, command))
            start(studio, path);
    }
    free(path);
}
