#include "app/cli/options.h"
#include "app/cli/manual.h"

#include <stdlib.h>
#include <string.h>

#include "ui/commands.h"

enum { WIDTH = 78 };

/* --- plain text --- */

/* Prints text in lines of at most WIDTH columns, the first from column `at`, later ones from `indent`. A
 * blank line in the text begins a paragraph. */
static void print_wrapped(FILE *out, const char *text, int indent, int at) {
    for (;;) {
        while (*text == ' ') text++;
        if (*text == '\n') {
            fputs(text[1] == '\n' ? "\n\n" : "\n", out);
            text += text[1] == '\n' ? 2 : 1;
            at = 0;
        }
        if (*text == '\0') break;
        int length = (int)strcspn(text, " \n");
        if (at > indent && at + 1 + length > WIDTH) {
            fputc('\n', out);
            at = 0;
        }
        int gap = at < indent ? indent - at : at > indent ? 1 : 0;
        fprintf(out, "%*s%.*s", gap, "", length, text);
        at += gap + length;
        text += length;
    }
    fputc('\n', out);
}

static void print_entry(FILE *out, const char *label, int indent, const char *text) {
    int at = fprintf(out, "  %s", label);
    if (at >= indent) {
        fputc('\n', out);
        at = 0;
    }
    print_wrapped(out, text, indent, at);
}

/* "-o, --out FILE" */
static void option_label(char *label, size_t size, OptionWords words) {
    char letter[8] = "";
    if (words.letter) snprintf(letter, sizeof letter, "-%c, ", words.letter);
    snprintf(label, size, "%s--%s%s%s", letter, words.name, words.argument[0] ? " " : "", words.argument);
}

static void print_options(FILE *out, uint64_t options) {
    for (int id = 0; id < OPTION_COUNT_ALL; id++) {
        if (!(options >> id & 1)) continue;
        char label[64];
        OptionWords words = options_words((OptionId)id);
        option_label(label, sizeof label, words);
        print_entry(out, label, 26, words.help);
    }
}

/* "refrain transfer ORIGINAL CONTEXT -o FILE [--bars LIST] ..", malloc'ed; null when memory is short. */
static char *usage_line(const Verb *verb) {
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (!out) return NULL;
    fprintf(out, "refrain%s%s%s%s", verb->name[0] ? " " : "", verb->name, verb->operands[0] ? " " : "",
            verb->operands);
    for (int id = 0; id < OPTION_COUNT_ALL; id++) {
        bool needed = verb->required >> id & 1;
        if (!needed && !(verb->optional >> id & 1)) continue;
        OptionWords words = options_words((OptionId)id);
        char letter[] = {words.letter, '\0'};
        fprintf(out, needed ? " %s%s%s%s" : " [%s%s%s%s]", words.letter ? "-" : "--",
                words.letter ? letter : words.name, words.argument[0] ? " " : "", words.argument);
    }
    if (fclose(out) == 0) return line;
    free(line);
    return NULL;
}

void manual_print_verb(FILE *out, const Verb *verb) {
    char *usage = usage_line(verb);
    fputs("Usage: ", out);
    print_wrapped(out, usage ? usage : "refrain", 7, 7);
    free(usage);
    fprintf(out, "\n%s\n\n", verb->summary);
    print_wrapped(out, verb->description, 0, 0);
    fputs("\nOptions:\n", out);
    print_options(out, verb->required | verb->optional | VERB_OPTION(HELP));
}

void manual_print_overview(FILE *out) {
    fputs("refrain shows what a melody is made of - which bars are new, which only refer to\n"
          "earlier ones - and pours one melody's bars into another melody's structure.\n\n"
          "Usage:\n",
          out);
    for (int i = 0; i < verbs_count(); i++) {
        const Verb *verb = verbs_at(i);
        char label[64];
        snprintf(label, sizeof label, "refrain %s", verb->name[0] ? verb->name : verb->operands);
        print_entry(out, label, 32, verb->summary);
    }
    fputs("\n\"refrain help COMMAND\" explains one of them, \"refrain help --keys\" lists the\n"
          "composer's keys, and \"man refrain\" tells all.\n\nOptions of the composer:\n",
          out);
    print_options(out,
                  verbs_at(0)->required | verbs_at(0)->optional | VERB_OPTION(HELP) | VERB_OPTION(VERSION));
}

/* ":goto NUMBER" */
static void command_line(char *line, size_t size, const CommandsEntry *entry) {
    const char *argument = commands_argument_name(entry->argument);
    snprintf(line, size, ":%s%s%s", entry->name, argument[0] ? " " : "", argument);
}

void manual_print_keys(FILE *out) {
    for (int group = 0; group < COMMANDS_GROUPS; group++) {
        fprintf(out, "%s%s\n", group ? "\n" : "", commands_group_name((CommandsGroup)group));
        for (int id = 0; id < COMMAND_COUNT; id++) {
            const CommandsEntry *entry = commands_get((CommandId)id);
            char line[64];
            if ((int)entry->group != group) continue;
            command_line(line, sizeof line, entry);
            int at = fprintf(out, "  %-13s %s", entry->keys, line);
            print_wrapped(out, entry->help, 36, at);
        }
    }
}

/* --- roff --- */

/* Escapes what roff would read as a command or change in typesetting. */
static void roff_text(FILE *out, const char *text) {
    bool line_start = true;
    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\'')) fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\'')
            fputs("\\(aq", out);
        else if (*text == '^')
            fputs("\\(ha", out);
        else if (*text == '~')
            fputs("\\(ti", out);
        else if (*text == '\n' && text[1] == '\n')
            fputs("\n.PP", out);
        else
            fputc(*text, out);
        line_start = *text == '\n';
    }
}

static void roff_item(FILE *out, const char *label, const char *text) {
    fputs(".TP\n.B ", out);
    roff_text(out, label);
    fputc('\n', out);
    roff_text(out, text);
    fputc('\n', out);
}

static void roff_verb(FILE *out, const Verb *verb) {
    char *usage = usage_line(verb);
    fputs(".SS ", out);
    roff_text(out, verb->name[0] ? verb->name : "The composer");
    fputs("\n.B ", out);
    roff_text(out, usage ? usage : "refrain");
    free(usage);
    fputs("\n.PP\n", out);
    roff_text(out, verb->description);
    fputc('\n', out);
    for (int id = 0; id < OPTION_COUNT_ALL; id++) {
        if (!((verb->required | verb->optional) >> id & 1)) continue;
        char label[64];
        OptionWords words = options_words((OptionId)id);
        option_label(label, sizeof label, words);
        roff_item(out, label, words.help);
    }
}

static void roff_keys(FILE *out) {
    for (int group = 0; group < COMMANDS_GROUPS; group++) {
        fprintf(out, ".SS %s\n", commands_group_name((CommandsGroup)group));
        for (int id = 0; id < COMMAND_COUNT; id++) {
            const CommandsEntry *entry = commands_get((CommandId)id);
            char line[64], label[128];
            if ((int)entry->group != group) continue;
            command_line(line, sizeof line, entry);
            snprintf(label, sizeof label, "%s%s%s", entry->keys, entry->keys[0] ? "   " : "", line);
            roff_item(out, label, entry->help);
        }
    }
}

static const struct {
    const char *section, *label, *text; /* section: null = the same as above */
} ITEMS[] = {
    {"FILES", "$XDG_CONFIG_HOME/refrain/config",
     "Settings, as NAME = VALUE under [keys], [sound], [screen] and [entry]. A bad line is a warning with "
     "its number. "
     "An example is installed as share/refrain/config.example."},
    {NULL, "$XDG_DATA_HOME/refrain/model.safetensors",
     "A model of your own, used before the one that comes with refrain."},
    {NULL, "$XDG_STATE_HOME/refrain/",
     "The log, the command line's history, recent files, and recovery files."},
    {"ENVIRONMENT", "REFRAIN_MODEL", "The model to use where --model is not given."},
    {NULL, "NO_COLOR", "When set and not empty, the composer draws without colours."},
    {NULL, "OPENBLAS_CORETYPE",
     "Names OpenBLAS's kernels; where it is not set and OpenBLAS does not know the processor, refrain sets "
     "it."},
    {"EXIT STATUS", "0", "Everything was done."},
    {NULL, "1", "It could not be done; one sentence on standard error says why."},
    {NULL, "2", "The command line was wrong, or the composer was asked for without a terminal."},
    {NULL, "128+N", "Ended by signal N."},
};

void manual_print_page(FILE *out) {
    fprintf(out, ".TH REFRAIN 1 \"\" \"refrain %s\" \"User Commands\"\n", REFRAIN_VERSION);
    fputs(
        ".nh\n.SH NAME\nrefrain \\- a terminal composer that shows what a melody is made of\n.SH SYNOPSIS\n",
        out);
    fputs(".B refrain\n[\\fIORIGINAL\\fR [\\fICONTEXT\\fR]]\n.br\n.B refrain\n\\fICOMMAND\\fR ...\n", out);
    fputs(
        ".SH DESCRIPTION\n"
        "refrain is a piano roll in the terminal with a model of melodies behind it. For every bar it shows\n"
        "what the bar costs, and which earlier bars it merely refers to. The bars of one melody can be "
        "poured\n"
        "into the structure of another: the listener hears the original, the context, the model's\n"
        "reconstruction of the original, and the result.\n"
        ".SH COMMANDS\n",
        out);
    for (int i = 0; i < verbs_count(); i++) roff_verb(out, verbs_at(i));
    fputs(".SH KEYS\nDefault keys and names of the composer's commands. C\\- means Ctrl, S\\- Shift.\n", out);
    roff_keys(out);
    for (size_t i = 0; i < sizeof ITEMS / sizeof *ITEMS; i++) {
        if (ITEMS[i].section) fprintf(out, ".SH %s\n", ITEMS[i].section);
        roff_item(out, ITEMS[i].label, ITEMS[i].text);
    }
}
