/* Ui: windows on what app decided. Draws a View into a canvas, turns keys into Commands, and owns only what is
 * picture: scroll, zoom, panes, prompt, help. It changes no music, knows no thread, and of files only the
 * folders that it lists and its history.
 *
 * ui_draw and ui_key work without a terminal (canvas in, text out), so that key scripts can drive whole sessions. All calls
 * from the UI thread. */
#ifndef REFRAIN_UI_UI_H
#define REFRAIN_UI_UI_H

#include "engine/analysis.h"
#include "engine/music/key.h"
#include "engine/music/melody.h"
#include "engine/music/recipe.h"
#include "ui/canvas.h"

typedef enum {
#define COMMAND(id, name, keys, group, argument, help) COMMAND_##id,
#include "ui/commands.def"
#undef COMMAND
    COMMAND_COUNT,
    /* not in the list because they carry a value that no key can name */
    COMMAND_NONE = COMMAND_COUNT,
    COMMAND_STEP_PITCH,  /* step entry: number = pitch class 0..12, text = "" */
    COMMAND_STEP_REST,   /* step entry: a rest of the current length */
    COMMAND_STEP_LENGTH, /* step entry: number = ticks */
    COMMAND_STEP_DOT,    /* step entry: dotted on or off */
    COMMAND_STEP_OCTAVE, /* step entry: number = -1 or +1 */
    COMMAND_CURSOR,      /* mouse: cursor to tick, pitch */
    COMMAND_CLICK_NOTE,  /* mouse: cursor to tick, pitch, then as NOTE */
    COMMAND_SELECT_TO,   /* mouse drag: select from the anchor to tick, pitch */
    COMMAND_FOCUS_BAR, /* a lane was clicked, a form found: number = the model's bar from 0, tick = its start */
    COMMAND_ANSWER,    /* answer to View.question: number = index of the chosen letter */
    COMMAND_OPEN_FILE,  /* file list: text = path; number 0 = as original, 1 = as context */
    COMMAND_UNANSWERED, /* the line that app had asked for was closed, or nothing for app came of it */
    COMMAND_RESIZE,     /* the terminal has another size */
} CommandId;

typedef struct {
    CommandId id;
    bool has_argument; /* text (and number, where it is one) came with the command */
    double number;
    int32_t tick;
    int pitch;
    char text[1024];
} Command;

typedef enum { VERSION_ORIGINAL, VERSION_CONTEXT, VERSION_RECONSTRUCTION, VERSION_RESULT, VERSIONS } Version;

/* Everything that one frame needs; borrowed for the call. */
typedef struct {
    const Melody *melody[VERSIONS];     /* never null; empty when there is none */
    const Analysis *analysis[VERSIONS]; /* null until the engine has answered */
    bool analysis_stale[VERSIONS];      /* the melody has changed since */
    const Recipe *recipe;
    const bool *follows; /* (recipe->count) result bars that changed by reference; may be null */
    Version version;
    int ghost;            /* a Version, or -1 */
    int bars_per_written; /* how engine bars map to written bars: 1, 2 (two written bars are one), -2 (halves) */
    Key key;
    bool key_is_set; /* by the user; otherwise detected */
    int32_t cursor_tick;
    int cursor_pitch;
    int32_t note_ticks; /* current note length */
    int velocity;
    bool selecting, selecting_bars;
    int32_t select_start, select_end; /* ticks, equal = no selection */
    int select_low, select_high;      /* pitches, inclusive */
    bool step_entry, step_dotted;
    int step_octave;
    int32_t playhead; /* tick, -1 when stopped */
    bool playing, counting_in, metronome, count_in, looping;
    int32_t loop_start, loop_end;
    const char *title; /* UTF-8 */
    bool modified;
    const char *output;  /* device name */
    const char *engine;  /* "idle", "thinking", "no model" .. */
    const char *align;   /* "none", "key +5", "register -12" */
    const char *message; /* last message, "" = none */
    bool message_is_error;
    const char *question;        /* null, or a question that must be answered first: "Save changes?" */
    const char *answers;         /* letters, e.g. "ync"; Esc means the last */
    const char *const *messages; /* for the messages pane, newest last */
    int message_count;
    const Melody *preview; /* quantise preview shown in front, or null */
} View;

typedef struct Ui Ui;

typedef struct {
    const char *layout;        /* step entry: as in keys_init */
    const char *directory;     /* where the file list starts */
    const char *const *recent; /* recent files, newest first */
    int recent_count;
    const char *history_path; /* command line history; null = none */
} UiOptions;

Ui *ui_new(const UiOptions *options, Error *err);
void ui_free(Ui *ui);
/* Rebinds: name from commands.def, keys as there. False with a sentence for unknown names or keys. */
bool ui_bind(Ui *ui, const char *name, const char *keys, Error *err);
/* Completions that only app knows: MIDI device names and so on, for CHOICE arguments; copied. */
void ui_set_choices(Ui *ui, CommandId id, const char *const *choices, int count);
void ui_set_recent(Ui *ui, const char *const *recent, int count);

/* Draws the whole frame; reports where the terminal's cursor stands. Any canvas size. */
void ui_draw(Ui *ui, Canvas *canvas, const View *view, int *cursor_x, int *cursor_y);
/* One key or mouse event; true when *command is to be performed by app (ui has handled it alone otherwise). */
bool ui_key(Ui *ui, const UiKey *key, const View *view, Command *command);
/* Runs a ":" line as if typed. False with a sentence when it is no command; COMMAND_NONE when the ui did it alone. */
bool ui_line(Ui *ui, const char *line, Command *command, Error *err);
/* Opens a pane that app wants shown (help, messages, files). */
void ui_show(Ui *ui, CommandId pane);
/* Opens the command line with this much of a line already typed, and the reason shown while it is open. */
void ui_prompt(Ui *ui, const char *line, const char *why);

#endif
