#include "app/verbs/headless.h"
#include "midi_io/output_synth.h"

int verb_render(const Options *options) {
    Error err = {0};
    Melody melody = {0};
    Schedule *schedule = NULL;
    ScheduleOptions wishes = {.metronome = options->metronome};
    bool ok = headless_read(&melody, options->operand[0], options->track, &err) &&
              (schedule = schedule_new(&melody, &wishes, &err)) &&
              output_synth_render(schedule, options->out, NULL, &err);
    schedule_free(schedule);
    melody_deinit(&melody);
    return ok ? VERB_OK : headless_fail(&err);
}
