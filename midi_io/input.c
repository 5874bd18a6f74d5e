#include "midi_io/input.h"

#include <alsa/asoundlib.h>
#include <string.h>
#include <unistd.h>

#include "midi_io/ports.h"

enum { KEYBOARDS = 16, PITCHES = 128, MESSAGE_QUEUE = KEYBOARDS + PITCHES };

typedef struct {
    snd_seq_addr_t address;
    char name[OUTPUT_NAME_SIZE];
} Keyboard;

struct MidiInput {
    snd_seq_t *sequencer;
    int port; /* ours, that keyboards are connected to */
    char wanted[OUTPUT_NAME_SIZE];
    Keyboard keyboard[KEYBOARDS];
    int keyboards;
    int held_by[PITCHES];            /* the client that holds this key down, plus 1; 0 = nobody */
    InputEvent queue[MESSAGE_QUEUE]; /* found, not yet taken; a keyboard's leaving brings the most at once */
    int queue_first, queue_count;
};

static void tell(MidiInput *input, InputKind kind, int pitch, int velocity, const char *name) {
    if (input->queue_count == MESSAGE_QUEUE) return; /* cannot be: the queue is emptied before it is filled */
    int place = (input->queue_first + input->queue_count++) % MESSAGE_QUEUE;
    InputEvent *event = &input->queue[place];
    *event = (InputEvent){.kind = kind, .pitch = (uint8_t)pitch, .velocity = (uint8_t)velocity};
    snprintf(event->name, sizeof event->name, "%s", name);
}

static bool is_wanted(const MidiInput *input, const snd_seq_port_info_t *port) {
    const unsigned READABLE = SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ;
    unsigned capability = snd_seq_port_info_get_capability(port);
    if ((capability & READABLE) != READABLE || capability & SND_SEQ_PORT_CAP_NO_EXPORT) return false;
    const char *name = snd_seq_port_info_get_name(port);
    if (input->wanted[0]) return strcasestr(name, input->wanted) != NULL;
    return !ports_silent(name);
}

static bool is_own_client(MidiInput *input, int client) {
    snd_seq_client_info_t *info;
    snd_seq_client_info_alloca(&info);
    if (snd_seq_get_any_client_info(input->sequencer, client, info) < 0) return true;
    return snd_seq_client_info_get_pid(info) == getpid();
}

static void connect_keyboard(MidiInput *input, const snd_seq_port_info_t *port) {
    snd_seq_addr_t address = *snd_seq_port_info_get_addr(port);
    if (input->keyboards == KEYBOARDS || !is_wanted(input, port)) return;
    if (snd_seq_connect_from(input->sequencer, input->port, address.client, address.port) < 0) return;
    Keyboard *keyboard = &input->keyboard[input->keyboards++];
    keyboard->address = address;
    snprintf(keyboard->name, sizeof keyboard->name, "%s", snd_seq_port_info_get_name(port));
    tell(input, INPUT_ARRIVED, 0, 0, keyboard->name);
}

static void notice_arrived(MidiInput *input, snd_seq_addr_t address) {
    snd_seq_port_info_t *port;
    snd_seq_port_info_alloca(&port);
    if (is_own_client(input, address.client)) return;
    if (snd_seq_get_any_port_info(input->sequencer, address.client, address.port, port) < 0) return;
    connect_keyboard(input, port);
    tell(input, INPUT_PORT, 0, 0, snd_seq_port_info_get_name(port));
}

static void connect_present(MidiInput *input) {
    snd_seq_client_info_t *client;
    snd_seq_port_info_t *port;
    snd_seq_client_info_alloca(&client);
    snd_seq_port_info_alloca(&port);
    snd_seq_client_info_set_client(client, -1);
    while (snd_seq_query_next_client(input->sequencer, client) == 0) {
        int id = snd_seq_client_info_get_client(client);
        if (id == SND_SEQ_CLIENT_SYSTEM || is_own_client(input, id)) continue;
        snd_seq_port_info_set_client(port, id);
        snd_seq_port_info_set_port(port, -1);
        while (snd_seq_query_next_port(input->sequencer, port) == 0) connect_keyboard(input, port);
    }
}

static void forget_left(MidiInput *input, snd_seq_addr_t address) {
    for (int i = 0; i < input->keyboards; i++) {
        Keyboard left = input->keyboard[i];
        if (left.address.client != address.client || left.address.port != address.port) continue;
        input->keyboards--;
        memmove(&input->keyboard[i], &input->keyboard[i + 1], (size_t)(input->keyboards - i) * sizeof left);
        for (int pitch = 0; pitch < PITCHES; pitch++) {
            if (input->held_by[pitch] != address.client + 1) continue;
            input->held_by[pitch] = 0;
            tell(input, INPUT_NOTE, pitch, 0, left.name);
        }
        tell(input, INPUT_LEFT, 0, 0, left.name);
        return;
    }
}

static void hear_key(MidiInput *input, const snd_seq_event_t *event, int velocity) {
    int pitch = event->data.note.note & 127;
    if (velocity == 0 && !input->held_by[pitch]) return;
    input->held_by[pitch] = velocity ? event->source.client + 1 : 0;
    tell(input, INPUT_NOTE, pitch, velocity, "");
}

static void hear(MidiInput *input, const snd_seq_event_t *event) {
    switch (event->type) {
    case SND_SEQ_EVENT_NOTEON:
        hear_key(input, event, event->data.note.velocity & 127);
        break;
    case SND_SEQ_EVENT_NOTEOFF:
        hear_key(input, event, 0);
        break;
    case SND_SEQ_EVENT_PORT_START:
        notice_arrived(input, event->data.addr);
        break;
    case SND_SEQ_EVENT_PORT_EXIT:
        forget_left(input, event->data.addr);
        break;
    default:
        break;
    }
}

static bool open_port(MidiInput *input) {
    if (snd_seq_open(&input->sequencer, "default", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK) < 0) return false;
    snd_seq_set_client_name(input->sequencer, "refrain");
    input->port = snd_seq_create_simple_port(input->sequencer, "keyboard",
                                             SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE,
                                             SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION);
    if (input->port < 0) return false;
    snd_seq_connect_from(input->sequencer, input->port, SND_SEQ_CLIENT_SYSTEM, SND_SEQ_PORT_SYSTEM_ANNOUNCE);
    return true;
}

MidiInput *input_open(const char *wanted, Error *err) {
    ports_quiet();
    MidiInput *input = calloc(1, sizeof *input);
    if (!input) {
        error_memory(err, "the MIDI keyboard");
        return NULL;
    }
    snprintf(input->wanted, sizeof input->wanted, "%s", wanted ? wanted : "");
    if (!open_port(input)) {
        input_close(input);
        error_set(err,
                  "No MIDI keyboard can be heard: this system has no ALSA sequencer (modprobe snd-seq).");
        return NULL;
    }
    connect_present(input);
    return input;
}

void input_close(MidiInput *input) {
    if (!input) return;
    if (input->sequencer) snd_seq_close(input->sequencer);
    free(input);
}

int input_fd(const MidiInput *input) {
    struct pollfd descriptor = {.fd = -1};
    snd_seq_poll_descriptors(input->sequencer, &descriptor, 1, POLLIN);
    return descriptor.fd;
}

bool input_take(MidiInput *input, InputEvent *event) {
    snd_seq_event_t *heard;
    /* A negative count is "nothing there", or "some were lost" while we were away, after which more may come. */
    for (int left = 0; input->queue_count == 0 && (left >= 0 || left == -ENOSPC);) {
        left = snd_seq_event_input(input->sequencer, &heard);
        if (left >= 0) hear(input, heard);
    }
    if (input->queue_count == 0) return false;
    *event = input->queue[input->queue_first];
    input->queue_first = (input->queue_first + 1) % MESSAGE_QUEUE;
    input->queue_count--;
    return true;
}

const char *input_name(const MidiInput *input) {
    return input->keyboards ? input->keyboard[0].name : "";
}
