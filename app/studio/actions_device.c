#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"
#include "app/studio/keeping.h"
#include "app/cli/paths.h"
#include "midi_io/ports.h"

/* "name, name" of the devices of one direction; returns how many. */
static int name_devices(char *text, size_t size, bool inputs) {
    MidiDevice *devices;
    int count = ports_list(&devices), named = 0;
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        if (!(inputs ? devices[i].is_input : devices[i].is_output)) continue;
        int length = snprintf(text + used, size - used, "%s%s%s", named++ ? ", " : "", devices[i].name,
                              devices[i].silent ? " (silent)" : "");
        if (length < 0 || (size_t)length >= size - used) break;
        used += (size_t)length;
    }
    free(devices);
    return named;
}

/* A device that was chosen is chosen next time too. */
static void remember(Outlet *outlet, const char *name, const char *value) {
    keeping_sound(outlet->errands, outlet->messages, name, value);
}

static void list_outputs(const Outlet *outlet) {
    char names[300];
    int count = name_devices(names, sizeof names, false);
    messages_say(outlet->messages, "output %s; others: %s%ssynth, silent", player_output_name(outlet->player),
                 names, count ? ", " : "");
}

void action_midi(Outlet *outlet, const Command *command) {
    if (!outlet->player) {
        messages_refuse(outlet->messages, "There is no player, so there are no outputs.");
    } else if (outlet->opening) {
        messages_refuse(outlet->messages, "The sound is still being opened; try again in a moment.");
    } else if (!command->has_argument || strcmp(command->text, "list") == 0) {
        list_outputs(outlet);
    } else {
        remember(outlet, "output", command->text);
        outlet_open(outlet, command->text, OUTLET_CHOSEN);
    }
}

static const char *keyboard(const Outlet *outlet, const char *none_yet) {
    const char *now = outlet->input ? input_name(outlet->input) : "off";
    return now[0] ? now : none_yet;
}

void action_midi_in(Outlet *outlet, const Command *command) {
    char names[300];
    if (!command->has_argument || strcmp(command->text, "list") == 0) {
        int count = name_devices(names, sizeof names, true);
        messages_say(outlet->messages, "keyboard: %s; there are: %s", keyboard(outlet, "none yet"),
                     count ? names : "none");
        return;
    }
    outlet_open_input(outlet, command->text, true);
    if (!outlet->input && strcmp(command->text, "off") != 0) return;
    remember(outlet, "midi_in", command->text);
    messages_say(outlet->messages, "keyboard: %s",
                 keyboard(outlet, "none of that name yet; it will be taken when it comes"));
}

void action_clock(Playback *playback, Messages *messages, const Command *command) {
    bool on = strcmp(command->text, "on") == 0;
    if (!command->has_argument || (!on && strcmp(command->text, "off") != 0)) {
        messages_refuse(messages, "MIDI clock: :clock on or :clock off.");
    } else if (!playback->player || !player_set_clock(playback->player, on)) {
        messages_refuse(messages, "There is no player to send a clock.");
    } else {
        messages_say(messages, "MIDI clock %s", on ? "on" : "off");
    }
}

void action_model(Derived *derived, Messages *messages, const Command *command) {
    char *path = paths_typed(command->text, "");
    if (!path || !path[0]) {
        EngineSnapshot snapshot = derived->engine ? engine_snapshot(derived->engine) : (EngineSnapshot){0};
        messages_refuse(messages, "The model is %s; :model FILE loads another.",
                        snapshot.has_model ? snapshot.model_name : "not loaded");
    } else if (!derived->engine) {
        messages_refuse(messages, "There is no engine to load a model into.");
    } else {
        messages_say(messages, "loading %s ..", path);
        derived_load_model(derived, path, true);
    }
    free(path);
}
