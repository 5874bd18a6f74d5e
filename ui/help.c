#include "ui/help.h"

#include <stdio.h>

static void write_step_entry(Pager *pager, const Keymap *keys) {
    static const char *const names[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
    char text[200];
    size_t used = 0;
    const char *letters = keymap_layout(keys->layout);
    for (int i = 0; letters[i] && used < sizeof text - 16; i++)
        if (letters[i] != ' ')
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%c %s%s", i ? "  " : "", letters[i],
                                     names[i % 12], i < 12 ? "" : " above");
    pager_addf(pager, STYLE_HEADING, NULL, "Step entry (%s)", keys->layout);
    pager_add(pager, STYLE_NORMAL, "letters", text);
    pager_add(pager, STYLE_NORMAL, "", "the one nearest to the note before, or the next above it");
    pager_add(pager, STYLE_NORMAL, "up down", "correct that note by a semitone; with Shift by an octave");
    pager_add(pager, STYLE_NORMAL, "- =", "the next note an octave lower, higher");
    pager_add(pager, STYLE_NORMAL, "3 4 5 6 7", "sixteenth, eighth, quarter, half, whole");
    pager_add(pager, STYLE_NORMAL, ".", "dotted until another length is chosen, or not");
    pager_add(pager, STYLE_NORMAL, ",", "triplets, three in the time of two, likewise");
    pager_add(pager, STYLE_NORMAL, "+ insert",
              "insert, pushing what follows along to the next rest, or write over");
    pager_add(pager, STYLE_NORMAL, "tab", "a rest");
    pager_add(pager, STYLE_NORMAL, "backspace", "take the last one back");
    pager_add(pager, STYLE_NORMAL, "space", "listen; the entry stays where it is");
    pager_add(pager, STYLE_NORMAL, "esc", "done; a MIDI keyboard enters notes as well, chords too");
    pager_add(pager, STYLE_NORMAL, "", "layout = letters in the settings: c d e f g a b are their notes");
}

static void write_reading(Pager *pager, KeymapMode mode) {
    if (mode == KEYMAP_LANES) {
        pager_add(pager, STYLE_HEADING, NULL, "Reading the lanes");
        pager_add(pager, STYLE_NORMAL, "form", "A= exact repeat, A' near, A+2 transposed by 2, - empty");
        pager_add(pager, STYLE_NORMAL, "", "B a: a new line in the rhythm of A");
        pager_add(pager, STYLE_NORMAL, "whose", "1 original, 2 context, 25% a mix, ~ a sample; * locked");
        pager_add(pager, STYLE_NORMAL, "cost", "nats that the model pays for the bar: few for a repeat");
        pager_add(pager, STYLE_NORMAL, "refs", "bar referred to; squares: beats; bent arrow: changed by it");
        pager_add(pager, STYLE_NORMAL, "arcs", "all bars that the bar in focus refers to");
    }
    if (mode == KEYMAP_MATRIX) {
        pager_add(pager, STYLE_HEADING, NULL, "Reading the matrix");
        pager_add(pager, STYLE_NORMAL, "row, column", "the row's bar uses the column's, in percent");
        pager_add(pager, STYLE_NORMAL, "references", "the reference head: what each bar takes from which");
        pager_add(pager, STYLE_NORMAL, "influence", "how far the row changes without the column's content");
        pager_add(pager, STYLE_NORMAL, "attention",
                  "where the model looks; that is no proof of what it uses");
    }
    if (mode != KEYMAP_LANES && mode != KEYMAP_MATRIX) return;
    pager_add(pager, STYLE_HEADING, NULL, "Here");
    pager_add(pager, STYLE_NORMAL, "left, right", "to the previous, the next bar");
    if (mode == KEYMAP_MATRIX) pager_add(pager, STYLE_NORMAL, "up, down", "to the previous, the next bar");
    pager_add(pager, STYLE_NORMAL, "enter", "this bar in words");
}

/* Every line has the word, so that a search for it finds all of them. */
static void write_mouse(Pager *pager) {
    pager_add(pager, STYLE_HEADING, NULL, "Mouse");
    pager_add(pager, STYLE_NORMAL, "mouse click", "in the roll: place a note, or remove the one there");
    pager_add(pager, STYLE_NORMAL, "mouse right click",
              "in the roll: remove a note, or move the cursor only");
    pager_add(pager, STYLE_NORMAL, "mouse drag", "a note: move it, or at its end make it longer");
    pager_add(pager, STYLE_NORMAL, "mouse drag", "from between notes: select notes");
    pager_add(pager, STYLE_NORMAL, "mouse click", "on a version in the top row: show and hear it");
    pager_add(pager, STYLE_NORMAL, "mouse click",
              "on the sign of playing: play or pause; on a hint: do that");
    pager_add(pager, STYLE_NORMAL, "mouse click", "on the source of the bar in focus: swap it");
    pager_add(pager, STYLE_NORMAL, "mouse click",
              "on the ruler or a lane, or a row of the matrix: to that bar");
    pager_add(pager, STYLE_NORMAL, "mouse wheel",
              "in the roll: up and down; with Shift, or elsewhere: by bars");
    pager_add(pager, STYLE_NORMAL, "mouse wheel", "in the file list, the help and other text: up and down");
}

/* A command with keys: them, what it does, its name aside. One without: its ":" form in their place. */
static void write_group(Pager *pager, const Keymap *keys, CommandsGroup group) {
    pager_add(pager, STYLE_HEADING, NULL, commands_group_name(group));
    for (int id = 0; id < COMMAND_COUNT; id++) {
        const CommandsEntry *entry = commands_get((CommandId)id);
        char list[64], line[64];
        if (entry->group != group) continue;
        keymap_of(keys, (CommandId)id, list, sizeof list);
        const char *argument = commands_argument_name(entry->argument);
        snprintf(line, sizeof line, ":%s%s%s", entry->name, argument[0] ? " " : "", argument);
        pager_addf(pager, STYLE_NORMAL, list[0] ? list : line, "%s%s%s", entry->help, list[0] ? "\t" : "",
                   list[0] ? line : "");
    }
}

void help_write(Pager *pager, const Keymap *keys, KeymapMode mode) {
    static const char *const panes[] = {"the roll", "the lanes", "the matrix", "step entry"};
    pager_clear(pager);
    snprintf(pager->title, sizeof pager->title, "Help for %s", panes[mode]);
    if (mode == KEYMAP_STEP) write_step_entry(pager, keys);
    write_reading(pager, mode);
    for (int group = 0; group < COMMANDS_GROUPS; group++) write_group(pager, keys, (CommandsGroup)group);
    if (mode != KEYMAP_STEP) write_step_entry(pager, keys);
    write_mouse(pager);
}

void help_write_files(Pager *pager) {
    static const char *const lines[][2] = {
        {"enter, l, right", "open the file, or go into the folder"},
        {"c, 2", "open it as the context"},
        {"o, 1", "open it as the original"},
        {"h, left, backspace", "the folder above"},
        {"r", "recent files, or back to the folder"},
        {"j, down", "down"},
        {"k, up", "up"},
        {"pagedown, pageup", "a page down, up"},
        {"home, end", "to the first, the last"},
        {"mouse click", "choose; on the chosen one: open it"},
        {"mouse wheel", "up, down"},
        {":", "the command line; :e FILE opens a file by its name"},
        {"?", "this help"},
        {"esc, q", "close"},
    };
    pager_clear(pager);
    snprintf(pager->title, sizeof pager->title, "Help for the file list");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        pager_add(pager, STYLE_NORMAL, lines[i][0], lines[i][1]);
}
