#include "midi_io/ports.h"

#include <alsa/asoundlib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void swallow_error(const char *file, int line, const char *function, int error, const char *format,
                          ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

void ports_quiet(void) {
    snd_lib_error_set_handler(swallow_error);
}

bool ports_silent(const char *name) {
    static const char *const SILENT[] = {"midi through", "virmidi", "virtual raw midi"};
    for (size_t i = 0; i < sizeof SILENT / sizeof *SILENT; i++) {
        if (strcasestr(name, SILENT[i])) return true;
    }
    return false;
}

/* Appends the port when it is one to connect to. Returns the new count; without memory the port is left out. */
static int add_port(MidiDevice **devices, int count, const snd_seq_port_info_t *port) {
    unsigned capability = snd_seq_port_info_get_capability(port);
    if (capability & SND_SEQ_PORT_CAP_NO_EXPORT) return count;
    bool is_output = (capability & SND_SEQ_PORT_CAP_SUBS_WRITE) != 0;
    bool is_input = (capability & SND_SEQ_PORT_CAP_SUBS_READ) != 0;
    if (!is_output && !is_input) return count;
    MidiDevice *grown = realloc(*devices, ((size_t)count + 1) * sizeof *grown);
    if (!grown) return count;
    *devices = grown;
    MidiDevice *device = &grown[count];
    *device = (MidiDevice){.is_output = is_output, .is_input = is_input};
    snprintf(device->name, sizeof device->name, "%s", snd_seq_port_info_get_name(port));
    device->silent = ports_silent(device->name);
    return count + 1;
}

int ports_list(MidiDevice **devices) {
    *devices = NULL;
    ports_quiet();
    snd_seq_t *sequencer = NULL;
    if (snd_seq_open(&sequencer, "default", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK) < 0) return 0;
    snd_seq_client_info_t *client;
    snd_seq_port_info_t *port;
    snd_seq_client_info_alloca(&client);
    snd_seq_port_info_alloca(&port);
    int count = 0;
    snd_seq_client_info_set_client(client, -1);
    while (snd_seq_query_next_client(sequencer, client) == 0) {
        int id = snd_seq_client_info_get_client(client);
        if (id == SND_SEQ_CLIENT_SYSTEM || snd_seq_client_info_get_pid(client) == getpid()) continue;
        snd_seq_port_info_set_client(port, id);
        snd_seq_port_info_set_port(port, -1);
        while (snd_seq_query_next_port(sequencer, port) == 0) count = add_port(devices, count, port);
    }
    snd_seq_close(sequencer);
    return count;
}
