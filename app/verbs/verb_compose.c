#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/terminal.h"
#include "app/cli/options.h"
#include "midi_io/score_file.h"

/* A file that cannot be opened is told before anything about terminals: it is the same sentence everywhere.
 */
static bool check_readable(const char *path) {
    Score score = {0};
    SmfReading reading = {0};
    Error err = {0};
    bool ok = score_file_open(&score, &reading, path, NULL, NULL, &err);
    if (!ok) console_complain(err.text);
    score_deinit(&score);
    smf_read_deinit(&reading);
    return ok;
}

static bool terminal_can_draw(void) {
    const char *term = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

int verb_compose(const Options *options) {
    for (int i = 0; i < options->operand_count; i++)
        if (console_is_stream(options->operand[i])) {
            console_complain("The composer reads keys from standard input, not songs: name a file.");
            return VERB_USAGE;
        } else if (!check_readable(options->operand[i]))
            return VERB_FAILED;
    if (!terminal_can_draw()) {
        console_complain(
            "The composer needs a terminal that can move its cursor (this is not one, or TERM is "
            "dumb); refrain --help lists what works without.");
        return VERB_USAGE;
    }
    return terminal_run(options);
}
