#include "midi_io/outputs.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "midi_io/output_portmidi.h"
#include "midi_io/output_synth.h"
#include "midi_io/ports.h"

/* The name of the first port that sounds, or "" when there is none. */
static void first_real_port(char name[OUTPUT_NAME_SIZE]) {
    name[0] = '\0';
    MidiDevice *devices;
    int count = ports_list(&devices);
    for (int i = 0; i < count && !name[0]; i++) {
        if (devices[i].is_output && !devices[i].silent) memcpy(name, devices[i].name, OUTPUT_NAME_SIZE);
    }
    free(devices);
}

static bool same_word(const char *wanted, const char *word) {
    return wanted && strcasecmp(wanted, word) == 0;
}

/* What plays when nothing is asked for, or what was asked for is not there. */
static MidiOutput *open_default(const char *tried, const char *why, Error *note) {
    Error trouble = {""};
    char port[OUTPUT_NAME_SIZE];
    first_real_port(port);
    MidiOutput *output = port[0] && !same_word(tried, port) ? output_portmidi_open(port, &trouble) : NULL;
    if (!output && !same_word(tried, "synth")) output = output_synth_open(NULL, &trouble);
    if (output) {
        if (why[0]) error_set(note, "%.250s Playing through %.100s instead.", why, output->name);
        return output;
    }
    error_set(note, "%.250s Playing is silent: connect a MIDI device or a sound card.",
              why[0] ? why : trouble.text);
    return output_null_new();
}

static bool is_synth(const char *wanted) {
    return same_word(wanted, "synth") || strncasecmp(wanted, "built-in synth", 14) == 0;
}

MidiOutput *outputs_open_named(const char *wanted, Error *note) {
    if (note) note->text[0] = '\0';
    if (same_word(wanted, "silent")) return output_null_new();
    MidiOutput *output =
        is_synth(wanted) ? output_synth_open(NULL, note) : output_portmidi_open(wanted, note);
    if (output && !output->audible)
        error_set(note, "%s has nothing behind it unless another program listens there.", output->name);
    return output;
}

MidiOutput *outputs_open(const char *wanted, Error *note) {
    if (note) note->text[0] = '\0';
    if (!wanted || !wanted[0]) return open_default(NULL, "", note);
    Error why = {""};
    MidiOutput *output = outputs_open_named(wanted, &why);
    if (!output) return open_default(is_synth(wanted) ? "synth" : wanted, why.text, note);
    if (note) *note = why;
    return output;
}
