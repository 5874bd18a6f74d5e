#include "app/studio/outlet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"
#include "app/cli/log.h"

typedef struct {
    char wanted[OUTPUT_NAME_SIZE];
    MidiOutput *output;
    Error note;
} Opening;

static void opening_work(void *data) {
    Opening *opening = data;
    opening->output = output_open(opening->wanted[0] ? opening->wanted : NULL, &opening->note);
}

static void opening_done(void *data, void *owner) {
    Opening *opening = data;
    Studio *studio = owner;
    studio->opening_output = false;
    if (opening->output && !player_set_output(studio->playback.player, opening->output))
        messages_refuse(&studio->messages, "The sound could not be handed to the player; :midi tries again.");
    else if (opening->note.text[0])
        messages_note(&studio->messages, "%s :midi lists and chooses outputs.", opening->note.text);
    free(opening);
    outlet_offer_choices(studio);
}

void outlet_open(Studio *studio, const char *wanted) {
    Opening *opening = studio->playback.player ? calloc(1, sizeof *opening) : NULL;
    if (!opening) return;
    snprintf(opening->wanted, sizeof opening->wanted, "%s", wanted ? wanted : "");
    memcpy(studio->output_wanted, opening->wanted, sizeof studio->output_wanted);
    Errand errand = {opening_work, opening_done, opening};
    Error err = {{0}};
    studio->opening_output = true;
    if (studio->errands && errands_start(studio->errands, errand, &err)) return;
    opening_work(opening);
    opening_done(opening, studio);
}

void outlet_lost(Studio *studio, const Error *event) {
    Error note = {{0}};
    messages_refuse(&studio->messages, "%s", event->text);
    if (studio->opening_output)
        return; /* outputs are opened one at a time, and that one takes this one's place */
    if (!player_reopen(studio->playback.player, studio->output_wanted, &note)) return;
    messages_refuse(&studio->messages, "%s Now playing through %s.", event->text,
                    player_output_name(studio->playback.player));
}

enum { CHOICES_MAX = 32 };

static int add_devices(const char **choices, int count, const MidiDevice *devices, int device_count,
                       bool inputs) {
    for (int i = 0; i < device_count && count < CHOICES_MAX; i++)
        if (inputs ? devices[i].is_input : devices[i].is_output) choices[count++] = devices[i].name;
    return count;
}

void outlet_offer_choices(Studio *studio) {
    if (!studio->ui) return;
    MidiDevice *devices;
    int device_count = output_list(&devices);
    const char *outputs[CHOICES_MAX] = {"list", "synth", "silent"}, *inputs[CHOICES_MAX] = {"list", "off"};
    ui_set_choices(studio->ui, COMMAND_MIDI, outputs, add_devices(outputs, 3, devices, device_count, false));
    ui_set_choices(studio->ui, COMMAND_MIDI_IN, inputs, add_devices(inputs, 2, devices, device_count, true));
    free(devices);
}

void outlet_open_input(Studio *studio, const char *wanted, bool asked) {
    Error err = {{0}};
    input_close(studio->input);
    studio->input = NULL;
    if (wanted && strcmp(wanted, "off") == 0) return;
    studio->input = input_open(wanted, &err);
    if (!studio->input && asked)
        messages_refuse(&studio->messages, "%s", err.text);
    else if (!studio->input)
        log_write("%s", err.text);
}

/* An output that was asked for by name and was not there, or was lost, is taken when it comes. */
static void take_arrived_output(Studio *studio, const char *port) {
    Player *player = studio->playback.player;
    const char *wanted = studio->output_wanted;
    if (!player || studio->opening_output || !wanted[0] || !strcasestr(port, wanted)) return;
    Error note = {{0}};
    if (strcasestr(player_output_name(player), wanted) || !player_reopen(player, wanted, &note)) return;
    messages_say(&studio->messages, "output: %s", player_output_name(player));
}

void outlet_take_input(Studio *studio) {
    InputEvent event;
    while (studio->input && input_take(studio->input, &event)) {
        switch (event.kind) {
        case INPUT_NOTE:
            actions_midi_note(studio, event.pitch, event.velocity);
            break;
        case INPUT_ARRIVED:
            messages_note(&studio->messages, "keyboard: %s", event.name);
            break;
        case INPUT_LEFT:
            messages_note(&studio->messages, "keyboard gone: %s", event.name);
            break;
        case INPUT_PORT:
            take_arrived_output(studio, event.name);
            outlet_offer_choices(studio);
            break;
        }
    }
}
