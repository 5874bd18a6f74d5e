/* Studio script: a whole session without a terminal: command lines and keys in, studio, messages and screen text out. */
#ifndef REFRAIN_TESTS_SUPPORT_STUDIO_SCRIPT_H
#define REFRAIN_TESTS_SUPPORT_STUDIO_SCRIPT_H

#include "app/studio/studio.h"
#include "tests/support/temp.h"

typedef struct {
    Studio studio;
    Temp temp; /* also XDG_STATE_HOME and the folder for files */
    Player *player;
    MidiOutput *recording; /* owned by the player */
    Engine *engine;
    Canvas canvas; /* 80x24; drawn after every command and key, as the loop does */
} StudioScript;

/* with_engine: an engine thread with a tiny model; the script waits for its answers after every command. */
void studio_script_open(StudioScript *script, bool with_engine);
void studio_script_close(StudioScript *script);
/* Gives one command as it is typed after ":"; %s of lines may be filled with temp_path. */
void studio_script_do(StudioScript *script, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A command that must be refused with a sentence and change nothing. */
void studio_script_refused(StudioScript *script, const char *line);
/* Several, separated by ";". */
void studio_script_run(StudioScript *script, const char *lines);
/* A command that only ui makes. */
void studio_script_give(StudioScript *script, Command command);
/* Presses keys, named as in ui/keymap.h and separated by blanks: "j j enter C-s". */
void studio_script_keys(StudioScript *script, const char *keys);
/* The mouse at a cell: button 1 left, 3 right. */
void studio_script_mouse(StudioScript *script, UiMouse mouse, int x, int y, int button);
/* What the screen shows, malloc'ed. */
char *studio_script_screen(StudioScript *script);
/* Answers the open question by its letter. */
void studio_script_answer(StudioScript *script, char letter);
/* Waits until the engine has answered everything. */
void studio_script_wait(StudioScript *script);
/* A melody of `bars` bars of 4/4 as a MIDI file in the temp folder; returns its path. */
const char *studio_script_file(StudioScript *script, const char *name, unsigned seed, int bars);

#endif
