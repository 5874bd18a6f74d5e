/* keyboard_driver: is a MIDI keyboard heard that is plugged in, played and unplugged while refrain listens?
 *
 * A second process is the keyboard: a sequencer client with a port "Test Keyboard". It appears after refrain has begun to
 * listen, plays a scale, holds one key and vanishes. Prints one line; exit 1 = no. */
#include <alsa/asoundlib.h>
#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "midi_io/input.h"

enum { KEYS = 8, HELD = 72, LIMIT_MS = 5000 };

static void press(snd_seq_t *sequencer, int port, int pitch, int velocity) {
    snd_seq_event_t event;
    snd_seq_ev_clear(&event);
    snd_seq_ev_set_source(&event, port);
    snd_seq_ev_set_subs(&event);
    snd_seq_ev_set_direct(&event);
    if (velocity)
        snd_seq_ev_set_noteon(&event, 3, pitch, velocity);
    else
        snd_seq_ev_set_noteoff(&event, 3, pitch, 0);
    snd_seq_event_output_direct(sequencer, &event);
}

static int be_the_keyboard(void) {
    snd_seq_t *sequencer;
    poll(NULL, 0, 100);
    if (snd_seq_open(&sequencer, "default", SND_SEQ_OPEN_DUPLEX, 0) < 0) return 1;
    snd_seq_set_client_name(sequencer, "Test Keyboard");
    int port = snd_seq_create_simple_port(sequencer, "Test Keyboard",
                                          SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ,
                                          SND_SEQ_PORT_TYPE_MIDI_GENERIC);
    poll(NULL, 0, 300);
    for (int i = 0; i < KEYS; i++) {
        press(sequencer, port, 60 + i, 100);
        poll(NULL, 0, 10);
        press(sequencer, port, 60 + i, 0);
    }
    press(sequencer, port, HELD, 80);
    poll(NULL, 0, 50);
    snd_seq_close(sequencer);
    return 0;
}

typedef struct {
    int arrived, ports, left, pressed, released, wrong, held;
} Heard;

static void hear(Heard *heard, const InputEvent *event) {
    bool ours = strcmp(event->name, "Test Keyboard") == 0;
    if (event->kind == INPUT_ARRIVED && ours) heard->arrived++;
    if (event->kind == INPUT_PORT && ours) heard->ports++;
    if (event->kind == INPUT_LEFT && ours) heard->left++;
    if (event->kind != INPUT_NOTE) return;
    int expected = heard->pressed < KEYS ? 60 + heard->pressed : HELD;
    if (event->velocity)
        heard->wrong += event->pitch != expected, heard->pressed++, heard->held++;
    else
        heard->released++, heard->held--;
}

int main(void) {
    Error err = {""};
    MidiInput *input = input_open("test key", &err);
    if (!input) return puts(err.text), 1;
    bool nobody = input_name(input)[0] == '\0';
    fflush(stdout);
    pid_t keyboard = fork();
    if (keyboard == 0) _exit(be_the_keyboard());
    Heard heard = {0};
    bool named = false;
    for (int waited_ms = 0; waited_ms < LIMIT_MS && !heard.left; waited_ms += 50) {
        poll(&(struct pollfd){.fd = input_fd(input), .events = POLLIN}, 1, 50);
        for (InputEvent event; input_take(input, &event);) hear(&heard, &event);
        named |= strcmp(input_name(input), "Test Keyboard") == 0;
    }
    nobody &= input_name(input)[0] == '\0';
    input_close(input);
    waitpid(keyboard, NULL, 0);
    bool good = nobody && named && heard.arrived == 1 && heard.ports == 1 && heard.left == 1 &&
                heard.pressed == KEYS + 1 && heard.released == KEYS + 1 && heard.held == 0 &&
                heard.wrong == 0;
    printf("%d came, %d pressed, %d released, %d wrong, %d left: %s\n", heard.arrived, heard.pressed,
           heard.released, heard.wrong, heard.left, good ? "ok" : "FAILED");
    return good ? 0 : 1;
}
