#include <stdlib.h>

#include "app/cli/console.h"
#include "app/verbs/headless.h"
#include "midi_io/output.h"

static void print_devices(const char *title, const MidiDevice *devices, int count, bool inputs) {
    console_print("%s:", title);
    int shown = 0;
    for (int i = 0; i < count; i++) {
        if (!(inputs ? devices[i].is_input : devices[i].is_output)) continue;
        console_print("  %s%s", devices[i].name,
                      devices[i].silent ? " (nothing behind it unless something is connected)" : "");
        shown++;
    }
    if (shown == 0) console_print("  none");
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
    console_print("refrain plays on: %s", output->name);
    if (note.text[0]) console_print("  %s", note.text);
    output->close(output);
    return VERB_OK;
}
