#include <stdio.h>
#include <stdlib.h>

#include "app/verbs/headless.h"
#include "midi_io/output.h"

static void print_devices(const char *title, const MidiDevice *devices, int count, bool inputs) {
    printf("%s:\n", title);
    int shown = 0;
    for (int i = 0; i < count; i++) {
        if (!(inputs ? devices[i].is_input : devices[i].is_output)) continue;
        printf("  %s%s\n", devices[i].name,
               devices[i].silent ? " (nothing behind it unless something is connected)" : "");
        shown++;
    }
    if (shown == 0) printf("  none\n");
}

int verb_devices(const Options *options) {
    MidiDevice *devices = NULL;
    int count = output_list(&devices);
    print_devices("MIDI outputs", devices, count, false);
    print_devices("MIDI inputs", devices, count, true);
    free(devices);
    Error note = {0};
    MidiOutput *output = headless_output(options, &note);
    if (!output) return headless_fail(&note);
    printf("refrain plays on: %s\n", output->name);
    if (note.text[0]) printf("  %s\n", note.text);
    output->close(output);
    return VERB_OK;
}
