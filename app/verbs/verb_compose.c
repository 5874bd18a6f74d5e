#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/terminal.h"
#include "app/verbs/verbs.h"
#include "midi_io/smf_file.h"

/* A file that cannot be opened is told before anything about terminals: it is the same sentence everywhere.
 */
static bool check_readable(const char *path) {
    SmfSong song = {0};
    Error err = {0};
    SmfReport report = {0};
    bool ok = smf_file_load(&song, path, &report, &err);
    if (ok && report.cut_short) ok = error_set(&err, "%s is cut short: copy or export it again.", path);
    if (!ok) console_complain(err.text);
    smf_song_deinit(&song);
    return ok;
}

static bool terminal_can_draw(void) {
    const char *term = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

static const char *or_null(const char *text) {
    return text[0] ? text : NULL;
}

static int run_with(const Options *options, TerminalBinding *bindings, const char **warnings) {
    const Config *config = &options->config;
    for (int i = 0; i < config->binding_count; i++)
        bindings[i] = (TerminalBinding){config->binding[i].command, config->binding[i].keys};
    for (int i = 0; i < config->warning_count; i++) warnings[i] = config->warning[i].text;
    TerminalOptions composer = {
        .original = options->operand[0],
        .context = options->operand_count > 1 ? options->operand[1] : NULL,
        .track = options->track,
        .model = options->model,
        .output = options->output,
        .midi_in = or_null(config->midi_in),
        .layout = config->layout,
        .align = document_align_name(options->align),
        .program = config->program,
        .temperature = options_given(options, OPTION_BAR_TEMPERATURE) ? options->temperature : 0.0,
        .seed = options_given(options, OPTION_SEED) ? &options->seed : NULL,
        .ascii = options->ascii,
        .no_mouse = options->no_mouse,
        .no_colour = options->no_colour,
        .metronome = options->metronome,
        .clock = config->clock,
        .bindings = bindings,
        .binding_count = config->binding_count,
        .warnings = warnings,
        .warning_count = config->warning_count,
    };
    return terminal_run(&composer);
}

int verb_compose(const Options *options) {
    for (int i = 0; i < options->operand_count; i++)
        if (!check_readable(options->operand[i])) return VERB_FAILED;
    if (!terminal_can_draw()) {
        console_complain(
            "The composer needs a terminal that can move its cursor (this is not one, or TERM is "
            "dumb); refrain --help lists what works without.");
        return VERB_USAGE;
    }
    TerminalBinding *bindings = calloc((size_t)options->config.binding_count + 1, sizeof *bindings);
    const char *warnings[CONFIG_WARNINGS_MAX];
    if (!bindings) {
        console_complain("Out of memory.");
        return VERB_FAILED;
    }
    int status = run_with(options, bindings, warnings);
    free(bindings);
    return status;
}
