#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"
#include "app/cli/setting.h"
#include "app/studio/files.h"
#include "app/studio/outlet.h"
#include "app/cli/paths.h"

/* "name, name" of the devices of one direction; returns how many. */
static int name_devices(char *text, size_t size, bool inputs) {
    MidiDevice *devices;
    int count = output_list(&devices), named = 0;
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
static void remember(Studio *studio, const char *name, const char *value) {
    char *path = paths_config("config");
    Error err = {{0}};
    if (path && !setting_store(path, "sound", name, value, &err))
        messages_refuse(&studio->messages, "This choice is not remembered: %s", err.text);
    free(path);
}

static void list_outputs(Studio *studio) {
    char names[300];
    int count = name_devices(names, sizeof names, false);
    messages_say(&studio->messages, "output %s; others: %s%ssynth, silent",
                 player_output_name(studio->playback.player), names, count ? ", " : "");
}

void action_midi(Studio *studio, const Command *command) {
    Error note = {{0}};
    if (!studio->playback.player) {
        messages_refuse(&studio->messages, "There is no player, so there are no outputs.");
    } else if (studio->opening_output) {
        messages_refuse(&studio->messages, "The sound is still being opened; try again in a moment.");
    } else if (!command->has_argument || strcmp(command->text, "list") == 0) {
        list_outputs(studio);
    } else if (!player_reopen(studio->playback.player, command->text, &note)) {
        messages_refuse(&studio->messages, "The player is busy; try again.");
    } else {
        const char *name = player_output_name(studio->playback.player);
        snprintf(studio->output_wanted, sizeof studio->output_wanted, "%.95s", command->text);
        remember(studio, "output", command->text);
        if (note.text[0])
            messages_refuse(&studio->messages, "%s :midi lists what there is.", note.text);
        else
            messages_say(&studio->messages, "output: %s", name);
    }
}

void action_midi_in(Studio *studio, const Command *command) {
    char names[300];
    if (!command->has_argument || strcmp(command->text, "list") == 0) {
        int count = name_devices(names, sizeof names, true);
        const char *now = studio->input ? input_name(studio->input) : "off";
        messages_say(&studio->messages, "keyboard: %s; there are: %s", now[0] ? now : "none yet",
                     count ? names : "none");
        return;
    }
    outlet_open_input(studio, command->text, true);
    if (!studio->input && strcmp(command->text, "off") != 0) return;
    remember(studio, "midi_in", command->text);
    const char *now = studio->input ? input_name(studio->input) : "off";
    messages_say(&studio->messages, "keyboard: %s",
                 now[0] ? now : "none of that name yet; it will be taken when it comes");
}

void action_clock(Studio *studio, const Command *command) {
    bool on = strcmp(command->text, "on") == 0;
    if (!command->has_argument || (!on && strcmp(command->text, "off") != 0)) {
        messages_refuse(&studio->messages, "MIDI clock: :clock on or :clock off.");
    } else if (!studio->playback.player || !player_set_clock(studio->playback.player, on)) {
        messages_refuse(&studio->messages, "There is no player to send a clock.");
    } else {
        messages_say(&studio->messages, "MIDI clock %s", on ? "on" : "off");
    }
}

void action_model(Studio *studio, const Command *command) {
    char *path = files_path(command->text, "");
    if (!path || !path[0]) {
        EngineSnapshot snapshot = studio->engine ? engine_snapshot(studio->engine) : (EngineSnapshot){0};
        messages_refuse(&studio->messages, "The model is %s; :model FILE loads another.",
                        snapshot.has_model ? snapshot.model_name : "not loaded");
    } else if (!studio->engine) {
        messages_refuse(&studio->messages, "There is no engine to load a model into.");
    } else {
        messages_say(&studio->messages, "loading %s ..", path);
        studio->model_asked = true;
        studio_load_model(studio, path);
    }
    free(path);
}
