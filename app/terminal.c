#include "app/cli/console.h"
#include "app/terminal.h"

#include <assert.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/studio/keeping.h"
#include "app/studio/opening.h"
#include "app/cli/log.h"
#include "app/loop.h"
#include "app/cli/paths.h"
#include "app/signals.h"
#include "engine/base/utf8.h"

/* Everything that is opened, in the order of opening. */
typedef struct {
    const Options *options;
    int signal_fd;
    Engine *engine;
    Player *player;
    Errands *errands;
    Studio studio;
    Screen *screen;
    Canvas canvas;
    bool kept;    /* unsaved work is in the journal .. */
    bool unkept;  /* .. or some of it nowhere */
    Error unsafe; /* why */
    char *thrown; /* where recovered work that was not saved lies, or null; owned */
} Rooms;

static void start_studio(Rooms *rooms) {
    Studio *studio = &rooms->studio;
    const Options *options = rooms->options;
    Error err = {{0}};
    recent_load(&studio->recent);
    if (!recovery_init(&studio->recovery, &err)) messages_warn(&studio->messages, "%s", err.text);
    studio->playback.metronome = options->metronome;
    const Config *config = &options->config;
    if (config->clock) player_set_clock(rooms->player, true);
    for (int i = 0; i < config->warning_count; i++)
        messages_warn(&studio->messages, "%s", config->warning[i].text);
}

static bool apply_settings(Document *document, const Options *options, Error *err) {
    if (options->align != DOCUMENT_ALIGN_NONE) document_decide_fit(document, options->align);
    if (options_given(options, OPTION_BAR_TEMPERATURE)) {
        assert(document_temperature_fits(options->temperature));
        document->temperature = options->temperature;
    }
    if (options_given(options, OPTION_SEED)) document->seed = options->seed;
    if (options->operand_count > 0 || options->config.program == 0) return true;
    Track *voice = score_edit_voice(&document->score[DOCUMENT_ORIGINAL], 0, err);
    if (voice) voice->program = (uint8_t)options->config.program;
    return voice != NULL;
}

/* Settings of the command line belong to the song that is opened, without being a change of it. */
static bool begin_with_settings(Editor *editor, const Options *options) {
    Document *draft = editor_begin_document(editor, "settings");
    if (!draft) return false;
    Error err = {{0}};
    if (!apply_settings(draft, options, &err)) {
        editor_refuse(editor, &err);
        return false;
    }
    if (editor_commit(editor)) session_begin_here(&editor->session);
    return true;
}

/* The files named on the command line; the last message is the reason when one cannot be opened. */
static bool open_files(Rooms *rooms) {
    Studio *studio = &rooms->studio;
    const Options *options = rooms->options;
    const ScoreFileWish wish = {.track = options->track, .tune = options->tune};
    if (options->operand_count > 0 && !opening_song(studio, options->operand[0], &wish)) return false;
    if (!begin_with_settings(&studio->editor, options)) return false;
    if (options->operand_count < 2) return true;
    char report[MESSAGES_SIZE / 2 - 2], context[sizeof report];
    utf8_copy(report, sizeof report, messages_last(&studio->messages));
    if (!opening_context(studio, options->operand[1], options->align)) return false;
    session_begin_here(&studio->editor.session); /* u does not take away what the command line gave */
    if (studio->messages.warns) return true;
    utf8_copy(context, sizeof context, messages_last(&studio->messages));
    snprintf(studio->messages.current, MESSAGES_SIZE, "%s | %s", report,
             context); /* the list has them one by one */
    return true;
}

/* Who has no recent file is here for the first time: three keys in the first row, what was read in the second. */
static void greet(Studio *studio) {
    if (studio->messages.warns) return;
    char read[MESSAGES_SIZE / 2];
    utf8_copy(read, sizeof read, studio->messages.current);
    messages_clear(&studio->messages);
    messages_say(&studio->messages, "%s%s%s",
                 editor_document(&studio->editor)->has_context
                     ? "4 shows the result, s swaps a bar, R draws one anew; ? tells all keys."
                     : "i enters notes by letters, F5 opens a file, Space plays; ? tells all keys.",
                 read[0] ? " | " : "", read);
}

static void offer_aligns(Ui *ui) {
    const char *names[DOCUMENT_ALIGNS];
    for (int i = 0; i < DOCUMENT_ALIGNS; i++) names[i] = document_align_name((DocumentAlign)i);
    ui_set_choices(ui, COMMAND_ALIGN, names, DOCUMENT_ALIGNS);
}

static void keep_line(void *errands, const char *path, const char *line) {
    keeping_line(errands, path, line);
}

static void open_ui(Rooms *rooms, Error *err) {
    const Options *options = rooms->options;
    Studio *studio = &rooms->studio;
    char *history = paths_state("history");
    rooms->canvas.ascii = options->ascii || !screen_is_utf8();
    UiOptions ui = {.layout = options->config.layout,
                    .directory = ".",
                    .recent = recent_paths(&studio->recent),
                    .recent_count = studio->recent.count,
                    .history_path = history,
                    .keep_line = keep_line,
                    .keeper = rooms->errands};
    studio->ui = ui_new(&ui, err);
    free(history);
    studio->outlet.ui = studio->ui;
    if (studio->ui) offer_aligns(studio->ui);
    for (int i = 0; studio->ui && i < options->config.binding_count; i++) {
        const ConfigBinding *binding = &options->config.binding[i];
        Error warning = {{0}};
        if (!ui_bind(studio->ui, binding->command, binding->keys, &warning))
            messages_warn(&studio->messages, "config: %s", warning.text);
    }
}

static bool open_rooms(Rooms *rooms, Error *err) {
    rooms->signal_fd = signals_open(err);
    if (rooms->signal_fd < 0) return false;
    Error no_log = {{0}};
    bool logged = log_open(&no_log);
    if (!(rooms->engine = engine_new(err))) return false;
    if (!(rooms->player = player_new(output_null_new(), err))) return false;
    if (!(rooms->errands = errands_new(err))) return false;
    if (!studio_init(&rooms->studio, rooms->engine, rooms->player, rooms->errands, err)) return false;
    if (!logged) messages_warn(&rooms->studio.messages, "%s", no_log.text);
    start_studio(rooms);
    const bool first = rooms->studio.recent.count == 0;
    if (!open_files(rooms)) return error_set(err, "%s", messages_last(&rooms->studio.messages));
    if (first) greet(&rooms->studio);
    ScreenOptions screen = {.no_mouse = rooms->options->no_mouse,
                            .colours = rooms->options->no_colour ? 0 : -1};
    if (!(rooms->screen = screen_open(&screen, err))) return false;
    log_write("terminal: %s, %d colours", getenv("TERM"), screen_colours(rooms->screen));
    open_ui(rooms, err);
    if (!rooms->studio.ui) return false;
    signals_guard(rooms->player);
    return true;
}

static void close_rooms(Rooms *rooms) {
    Studio *studio = &rooms->studio;
    playback_stop(&studio->playback); /* first of all: silence */
    ui_free(studio->ui);
    studio->ui = studio->outlet.ui = NULL;
    canvas_deinit(&rooms->canvas);
    screen_close(rooms->screen);
    signals_unguard();
    if (rooms->signal_fd >= 0) signals_close(); /* nobody polls any more: INT and TERM end what is left */
    errands_free(rooms->errands);
    studio->errands = studio->outlet.errands = NULL;
    rooms->kept = studio->recovery.exists;
    rooms->unkept = session_modified(&studio->editor.session) && (!rooms->kept || studio->recovery.failed);
    rooms->unsafe = studio->recovery.error;
    rooms->thrown = recovery_take_thrown(&studio->recovery);
    studio_deinit(studio);
    player_free(rooms->player);
    engine_free(rooms->engine);
    log_close();
}

/* What may take its time begins when the first screen stands. */
static void start_behind(Rooms *rooms) {
    const Options *options = rooms->options;
    Studio *studio = &rooms->studio;
    char *shipped = options->model ? NULL : paths_model();
    const char *model = options->model ? options->model : shipped;
    if (model)
        derived_load_model(&studio->editor.derived, model, false);
    else
        messages_refuse(&studio->messages,
                        "No model was found: :model FILE loads one; editing and playing work without.");
    free(shipped);
    outlet_open(&studio->outlet, options->output, OUTLET_FIRST);
    const char *midi_in = options->config.midi_in;
    outlet_open_input(&studio->outlet, midi_in, midi_in[0] != '\0');
    studio->finds = recovery_find(&studio->recovery);
    opening_offer_journal(studio);
}

static void say_what_was_kept(const Rooms *rooms) {
    Error words;
    error_set(&words, "The %sunsaved changes are lost: they could not be written%s%.300s",
              rooms->kept ? "last " : "", rooms->unsafe.text[0] ? ". " : ".", rooms->unsafe.text);
    if (rooms->unkept) console_complain(words.text);
    if (rooms->kept)
        console_complain(rooms->unkept ? "What was kept before is offered at the next start."
                                       : "The unsaved changes were kept; the next start offers them.");
}

static void say_what_was_thrown_away(const Rooms *rooms) {
    Error words;
    if (!rooms->thrown) return;
    error_set(&words, "The recovered work was not saved; it lies in %.300s for %d days.", rooms->thrown,
              RECOVERY_TRASH_DAYS);
    console_complain(words.text);
}

int terminal_run(const Options *options) {
    Rooms rooms = {.options = options, .signal_fd = -1};
    Error err = {{0}};
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    bool opened = open_rooms(&rooms, &err);
    int status = 1;
    if (opened) {
        loop_draw(&rooms.studio, rooms.screen, &rooms.canvas);
        start_behind(&rooms);
        status = loop_run(&rooms.studio, rooms.screen, &rooms.canvas, rooms.signal_fd);
    }
    signals_end_soon(status);
    close_rooms(&rooms);
    if (!opened) console_complain(err.text);
    if (status > 128) say_what_was_kept(&rooms);
    say_what_was_thrown_away(&rooms);
    free(rooms.thrown);
    return status;
}
