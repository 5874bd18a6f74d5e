#include "midi_io/output_portmidi.h"

#include <portmidi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/ports.h"

/* Latency 0: every message leaves in the call that sends it. PortMidi could also put messages a few milliseconds ahead on
 * an ALSA queue, but that queue counts in milliseconds, holds 400 events at most, cannot be recalled at a stop or a
 * switch, and is thrown away by Pm_Close - note-offs included. The player's own deadlines are finer than a
 * millisecond, and what is sent is out. */
enum { LATENCY_MS = 0, BUFFER_EVENTS = 256 };

typedef struct {
    MidiOutput base;
    PortMidiStream *stream;
} PortmidiOutput;

/* PortMidi is one per process; it may be initialised afresh only while no stream is open. Of whoever opens or
 * closes, one at a time. */
static int open_streams;

static PmTimestamp monotonic_ms(void *unused) {
    (void)unused;
    return (PmTimestamp)(clock_monotonic_us() / 1000);
}

/* Short system messages and channel messages alike; PortMidi packs them in one word. */
static bool portmidi_send(MidiOutput *self, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2) {
    (void)due_us;
    PmError result = Pm_WriteShort(((PortmidiOutput *)self)->stream, 0, Pm_Message(status, data1, data2));
    return result == pmNoError;
}

static void portmidi_close(MidiOutput *self) {
    Pm_Close(((PortmidiOutput *)self)->stream);
    open_streams--;
    free(self);
}

static PmDeviceID find_device(const char *name) {
    PmDeviceID part = pmNoDevice;
    for (PmDeviceID id = 0; id < Pm_CountDevices(); id++) {
        const PmDeviceInfo *info = Pm_GetDeviceInfo(id);
        if (!info || !info->output) continue;
        if (strcasecmp(info->name, name) == 0) return id;
        if (part == pmNoDevice && strcasestr(info->name, name)) part = id;
    }
    return part;
}

/* Devices that came or went since the last look are seen only after a new start, which no open stream survives. */
static PmDeviceID look_for_device(const char *name) {
    ports_quiet();
    if (open_streams == 0) {
        Pm_Terminate();
        Pm_Initialize();
    }
    return find_device(name);
}

MidiOutput *output_portmidi_open(const char *name, Error *err) {
    PmDeviceID id = look_for_device(name);
    if (id == pmNoDevice) {
        error_set(err, "There is no MIDI output called \"%.80s\" here.", name);
        return NULL;
    }
    PortmidiOutput *output = calloc(1, sizeof *output);
    if (!output) {
        error_memory(err, "a MIDI output");
        return NULL;
    }
    const char *full_name = Pm_GetDeviceInfo(id)->name;
    if (Pm_OpenOutput(&output->stream, id, NULL, BUFFER_EVENTS, monotonic_ms, NULL, LATENCY_MS) !=
        pmNoError) {
        error_set(err, "The MIDI output \"%.80s\" cannot be opened; another program may hold it.", full_name);
        free(output);
        return NULL;
    }
    open_streams++;
    output->base =
        (MidiOutput){.audible = !ports_silent(full_name), .send = portmidi_send, .close = portmidi_close};
    snprintf(output->base.name, sizeof output->base.name, "%s", full_name);
    return &output->base;
}
