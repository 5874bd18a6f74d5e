#include "app/studio/outlet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/log.h"
#include "midi_io/outputs.h"
#include "midi_io/ports.h"

/* ---- what can be chosen ---- */

enum { CHOICES_MAX = 32 };

static int add_devices(const char **choices, int count, const MidiDevice *devices, int device_count,
                       bool inputs) {
    for (int i = 0; i < device_count && count < CHOICES_MAX; i++)
        if (inputs ? devices[i].is_input : devices[i].is_output) choices[count++] = devices[i].name;
    return count;
}

/* Tells the command line which devices can be completed. */
static void offer_choices(Outlet *outlet) {
    if (!outlet->ui) return;
    MidiDevice *devices;
    int device_count = ports_list(&devices);
    const char *outputs[CHOICES_MAX] = {"list", "synth", "silent"}, *inputs[CHOICES_MAX] = {"list", "off"};
    ui_set_choices(outlet->ui, COMMAND_MIDI, outputs, add_devices(outputs, 3, devices, device_count, false));
    ui_set_choices(outlet->ui, COMMAND_MIDI_IN, inputs, add_devices(inputs, 2, devices, device_count, true));
    free(devices);
}

void outlet_init(Outlet *outlet, Player *player, Errands *errands, Messages *messages) {
    *outlet = (Outlet){.player = player, .errands = errands, .messages = messages};
}

void outlet_deinit(Outlet *outlet) {
    input_close(outlet->input);
    *outlet = (Outlet){0};
}

/* ---- the output ---- */

typedef struct {
    Outlet *outlet;
    char wanted[OUTPUT_NAME_SIZE];
    MidiOutput *output;
    Error note;
} Opening;

static void open_output(void *data, const atomic_bool *cancelled) {
    (void)cancelled; /* no device can be opened by half */
    Opening *opening = data;
    opening->output = outputs_open(opening->wanted, &opening->note);
}

static void tell(const Outlet *outlet, const Error *note) {
    const char *name = player_output_name(outlet->player);
    if (outlet->reason == OUTLET_LOST)
        messages_refuse(outlet->messages, "%s Now playing through %s.", outlet->loss.text, name);
    else if (outlet->reason == OUTLET_CHOSEN && note->text[0])
        messages_refuse(outlet->messages, "%s :midi lists what there is.", note->text);
    else if (outlet->reason == OUTLET_FIRST && note->text[0])
        messages_note(outlet->messages, "%s :midi lists and chooses outputs.", note->text);
    else if (outlet->reason != OUTLET_FIRST)
        messages_say(outlet->messages, "output: %s", name);
}

static void output_opened(void *data) {
    Opening *opening = data;
    Outlet *outlet = opening->outlet;
    outlet->opening = false;
    if (opening->output && !player_set_output(outlet->player, opening->output))
        messages_refuse(outlet->messages, "The sound could not be handed to the player; :midi tries again.");
    else
        tell(outlet, &opening->note);
    free(opening);
    offer_choices(outlet);
}

static void begin_opening(Outlet *outlet) {
    Error err = {{0}};
    outlet->closing = false;
    Opening *opening = calloc(1, sizeof *opening);
    if (opening) {
        opening->outlet = outlet;
        memcpy(opening->wanted, outlet->wanted, sizeof opening->wanted);
        errands_do(outlet->errands, (Errand){open_output, output_opened, opening});
        return;
    }
    error_memory(&err, "the sound");
    messages_refuse(outlet->messages, "%s", err.text);
    outlet->opening = false;
}

/* The player gives its output back to be closed; false when there is nothing to wait for. */
static bool close_output(Outlet *outlet) {
    MidiOutput *silence = outlet->errands ? output_null_new() : NULL;
    bool silent = !silence || strcmp(player_output_name(outlet->player), silence->name) == 0;
    if (silent && silence) silence->close(silence);
    return !silent && player_set_output(outlet->player, silence);
}

void outlet_open(Outlet *outlet, const char *wanted, OutletReason reason) {
    if (!outlet->player) return;
    if (outlet->opening) {
        messages_refuse(outlet->messages, "The sound is still being opened; try again in a moment.");
        return;
    }
    if (wanted != outlet->wanted) snprintf(outlet->wanted, sizeof outlet->wanted, "%s", wanted ? wanted : "");
    outlet->reason = reason;
    outlet->opening = true;
    outlet->closing = close_output(outlet);
    if (!outlet->closing) begin_opening(outlet);
}

void outlet_lose(Outlet *outlet, const Error *event) {
    messages_refuse(outlet->messages, "%s", event->text);
    if (outlet->opening) return; /* that one takes this one's place */
    outlet->loss = *event;
    outlet_open(outlet, outlet->wanted, OUTLET_LOST);
}

void outlet_collect(Outlet *outlet) {
    Error event = {{0}};
    if (player_collect(outlet->player, &event)) outlet_lose(outlet, &event);
    if (outlet->closing && !player_is_replacing(outlet->player)) begin_opening(outlet);
}

const char *outlet_name(const Outlet *outlet) {
    return outlet->opening  ? "opening the sound"
           : outlet->player ? player_output_name(outlet->player)
                            : "silent";
}

/* An output that was asked for by name and was not there, or was lost, is taken when it comes. */
static void take_arrived_output(Outlet *outlet, const char *port) {
    const char *wanted = outlet->wanted;
    if (!outlet->player || outlet->opening || !wanted[0] || !strcasestr(port, wanted)) return;
    if (!strcasestr(player_output_name(outlet->player), wanted)) outlet_open(outlet, wanted, OUTLET_ARRIVED);
}

/* ---- keyboards ---- */

void outlet_open_input(Outlet *outlet, const char *wanted, bool asked) {
    Error err = {{0}};
    input_close(outlet->input);
    outlet->input = NULL;
    if (wanted && strcmp(wanted, "off") == 0) return;
    outlet->input = input_open(wanted, &err);
    if (!outlet->input && asked)
        messages_refuse(outlet->messages, "%s", err.text);
    else if (!outlet->input)
        log_write("%s", err.text);
}

bool outlet_take_note(Outlet *outlet, InputEvent *event) {
    while (outlet->input && input_take(outlet->input, event)) {
        switch (event->kind) {
        case INPUT_NOTE:
            return true;
        case INPUT_ARRIVED:
            messages_note(outlet->messages, "keyboard: %s", event->name);
            break;
        case INPUT_LEFT:
            messages_note(outlet->messages, "keyboard gone: %s", event->name);
            break;
        case INPUT_PORT:
            take_arrived_output(outlet, event->name);
            offer_choices(outlet);
            break;
        }
    }
    return false;
}
