/* Every allocation of every builder fails once: the builder says so, keeps nothing, and what it was given stays whole. Leaks
 * and invalid frees show when this runs under AddressSanitizer (make asan). */
#include <stdio.h>
#include <stdlib.h>

#include "engine/music/document.h"
#include "app/studio/session.h"
#include "app/studio/song.h"
#include "engine/analysis_private.h"
#include "engine/base/file.h"
#include "engine/compose.h"
#include "engine/learn/corpus.h"
#include "engine/nn/checkpoint.h"
#include "midi_io/output_synth.h"
#include "midi_io/player.h"
#include "midi_io/score_file.h"
#include "midi_io/smf_write.h"
#include "midi_io/soundfont.h"
#include "tests/support/check.h"
#include "tests/support/failing_alloc.h"
#include "tests/support/notes.h"
#include "tests/support/temp.h"
#include "tests/support/tiny_prior.h"

enum { ALLOCATIONS_MAX = 20000 };

/* Runs the scenario until none of its allocations is left to fail; returns how many there were. A scenario frees what it
 * made, whether it succeeds or not, and says with err why it did not. */
static int fail_each(bool (*scenario)(Error *err)) {
    for (int n = 1; n < ALLOCATIONS_MAX; n++) {
        Error err = {0};
        failing_alloc_arm(n);
        bool done = scenario(&err);
        if (!failing_alloc_disarm()) {
            if (!done) fail_msg("failed without a failing allocation: %s", err.text);
            return n - 1;
        }
        if (done) fail_msg("succeeded although allocation %d failed", n);
        if (!check_is_sentence(err.text))
            fail_msg("allocation %d failed without a sentence: '%s'", n, err.text);
    }
    fail_msg("the scenario does not end");
    return 0;
}

static bool fill_track(Track *track, Error *err) {
    for (int i = 0; i < 100; i++) {
        Note note = {.start = i * 240, .length = 240, .pitch = (uint8_t)(60 + i % 12), .velocity = 80};
        if (track_insert(track, note, err) < 0) return false;
    }
    return true;
}

static bool tracks(Error *err) {
    Track track = {0}, copy = {0};
    bool done = fill_track(&track, err) && track_copy(&copy, &track, err) && track_equal(&copy, &track);
    track_deinit(&track);
    track_deinit(&copy);
    return done;
}

static bool fill_score(Score *score, Error *err) {
    Track track = {0};
    bool done = fill_track(&track, err) && notes_score(score, &track, NULL, err);
    track_deinit(&track);
    return done;
}

static bool bars(Error *err) {
    Track track = {0}, back = {0};
    BarSequence sequence = {0}, copy = {0};
    bool done = fill_track(&track, err) && bar_sequence_from_track(&sequence, NULL, &track, NULL, err) &&
                bar_sequence_copy(&copy, &sequence, err) &&
                bar_sequence_to_track(&back, &copy, NULL, &track, err);
    track_deinit(&track);
    track_deinit(&back);
    bar_sequence_deinit(&sequence);
    bar_sequence_deinit(&copy);
    return done;
}

static bool recipes(Error *err) {
    Recipe recipe = {0}, copy = {0}, back = {0};
    char *text = NULL;
    bool done = recipe_resize(&recipe, 20, true, err) && recipe_copy(&copy, &recipe, err);
    if (done && !(text = recipe_to_text(&copy))) done = error_memory(err, "the recipe's text");
    done = done && recipe_from_text(&back, text, err) && recipe_equal(&back, &recipe);
    free(text);
    recipe_deinit(&recipe);
    recipe_deinit(&copy);
    recipe_deinit(&back);
    return done;
}

static bool latents(Error *err) {
    LatentSequence latent = {0}, copy = {0};
    bool done = latent_sequence_resize(&latent, 16, err) && latent_sequence_copy(&copy, &latent, err);
    latent_sequence_deinit(&latent);
    latent_sequence_deinit(&copy);
    return done;
}

static bool analyses(Error *err) {
    Analysis *analysis = analysis_new(8, 6, 3, 4, err), *shared = NULL;
    bool done = analysis && analysis_add_influence(analysis, err) && (shared = analysis_share(analysis, err));
    analysis_free(analysis);
    analysis_free(shared);
    return done;
}

static bool corpora(Error *err) {
    static const char text[] =
        "a\tOne\t4/4\tC:maj\t16\t60:16|62:8 64:8|_:8 r:8\nb\tTwo\t3/4\tnone\t12\t67:12|r:12\n";
    Corpus corpus = {0};
    bool done =
        corpus_parse(&corpus, "text", (const unsigned char *)text, sizeof text - 1, err) && corpus.count == 2;
    corpus_deinit(&corpus);
    return done;
}

static const ModelConfig TINY = {
    .tokens = BAR_TOKENS,
    .steps = BAR_STEPS,
    .slots = BAR_SLOTS,
    .embedding = 2,
    .codec_hidden = 4,
    .channels = 8,
    .latent = LATENT_SIZE,
    .layers = 1,
    .heads = 2,
    .hidden = 4,
    .reference = 4,
    .bars = BAR_WINDOW,
};

static bool models(Error *err) {
    Temp temp;
    temp_open(&temp);
    const char *path = temp_path(&temp, "model.safetensors");
    Model *model = model_new(&TINY, 1, err), *back = NULL;
    Acts *acts = model ? acts_new(&TINY, 8, 4, true, err) : NULL;
    bool done = model && acts && model_set_metadata(model, "corpus", "none", err) &&
                model_set_metadata(model, "corpus", "another", err) && checkpoint_save(model, path, err) &&
                (back = checkpoint_load(path, err));
    acts_free(acts);
    model_free(model);
    model_free(back);
    temp_close(&temp);
    return done;
}

static Model *ready_model; /* made before anything fails */

static bool compositions(Error *err) {
    Track track = {0};
    BarSequence sequence = {0}, result = {0};
    Analysis *analysis = NULL;
    Reader *reader = reader_new(ready_model, err);
    bool done = reader && fill_track(&track, err) &&
                bar_sequence_from_track(&sequence, NULL, &track, NULL, err) &&
                compose_reconstruct(reader, &result, &sequence, NULL, err) &&
                (analysis = compose_analyse(reader, &sequence, NULL, err)) &&
                compose_influence(reader, analysis, &sequence, NULL, err) &&
                compose_continue(reader, &result, &sequence, 2, (ComposeDrawing){.temperature = 1, .seed = 7},
                                 NULL, err);
    reader_free(reader);
    analysis_free(analysis);
    track_deinit(&track);
    bar_sequence_deinit(&sequence);
    bar_sequence_deinit(&result);
    return done;
}

static bool documents(Error *err) {
    Document document, copy = {0};
    document_init(&document);
    document.has_context = true;
    bool done = fill_score(&document.score[DOCUMENT_ORIGINAL], err) &&
                fill_score(&document.score[DOCUMENT_CONTEXT], err) &&
                recipe_resize(&document.recipe, 12, true, err) && document_copy(&copy, &document, err);
    document_deinit(&document);
    document_deinit(&copy);
    return done;
}

/* There and back as bytes, then imported as if it were a stranger's. */
static bool songs(Error *err) {
    char text[] =
        "A text of refrain's own that is long enough to be cut into two parts of a hundred and twelve bytes "
        "each, or nearly so, which is all that is asked of it here.";
    SmfState state = {.text = text};
    Score score = {0}, back = {0}, imported = {0};
    SmfReading reading = {0}, again = {0};
    unsigned char *bytes = NULL;
    size_t size = 0;
    bool done =
        fill_score(&score, err) && smf_write(&score, (Key){0}, &state, &bytes, &size, err) &&
        score_file_parse(&back, &reading, bytes, size, "", NULL, NULL, err) &&
        score_file_parse(&imported, &again, bytes, size, "", &(ScoreFileWish){.track = "1"}, NULL, err);
    free(bytes);
    score_deinit(&score);
    score_deinit(&back);
    score_deinit(&imported);
    smf_read_deinit(&reading);
    smf_read_deinit(&again);
    return done;
}

/* A song is saved and opened; the old file stays whole when that fails. */
static bool saved_songs(Error *err) {
    Temp temp;
    temp_open(&temp);
    const char *path = temp_write(&temp, "song.mid", "old", 3);
    Document document, back = {0};
    Score score = {0};
    SmfReading reading = {0};
    unsigned char *bytes = NULL;
    size_t size = 0;
    document_init(&document);
    document.has_context = true;
    const bool saved = fill_score(&document.score[DOCUMENT_ORIGINAL], err) &&
                       fill_score(&document.score[DOCUMENT_CONTEXT], err) &&
                       recipe_resize(&document.recipe, 12, true, err) &&
                       song_bytes(&document, NULL, NULL, &bytes, &size, err) &&
                       file_save(path, bytes, size, err);
    bool done = saved && score_file_open(&score, &reading, path, NULL, NULL, err) &&
                song_read(&back, NULL, NULL, &score, &reading, err);
    if (!saved && file_stamp(path).size != 3) fail_msg("a failed save has touched the file");
    free(bytes);
    document_deinit(&document);
    document_deinit(&back);
    score_deinit(&score);
    smf_read_deinit(&reading);
    temp_close(&temp);
    return done;
}

/* An edit that cannot be kept leaves the session as it was. */
static bool sessions(Error *err) {
    Session session;
    if (!session_init(&session, err)) return false;
    uint64_t revision = session.revision;
    Document *draft = session_begin(&session, "fill", err);
    bool done = draft && fill_score(&draft->score[DOCUMENT_ORIGINAL], err);
    if (draft && !done) session_cancel(&session);
    done = done && session_commit(&session, err);
    if (!done && (session.draft || session.revision != revision))
        fail_msg("a failed edit left something behind");
    done = done && session_undo(&session) && session_redo(&session);
    session_deinit(&session);
    return done;
}

static bool edits(Error *err) {
    const EditRange all = {0, TRACK_TICKS_MAX, 0, 127};
    Track track = {0}, clip = {0};
    bool done = fill_track(&track, err) && edit_transpose(&track, &all, 1, err) >= 0 &&
                edit_copy(&clip, &track, &all, err) >= 0 && edit_paste(&track, &clip, 240, 1, err) >= 0 &&
                edit_insert_time(&track, 480, 960, err) >= 0;
    track_deinit(&track);
    track_deinit(&clip);
    return done;
}

static int make_model(void **state) {
    (void)state;
    Error err = {0};
    Corpus corpus;
    ready_model = model_new(&TINY, 2, &err);
    tiny_corpus(&corpus, 3, 1);
    if (ready_model) model_set_prior(ready_model, tiny_prior(&corpus, 3, 1));
    corpus_deinit(&corpus);
    return ready_model ? 0 : -1;
}

static int free_model(void **state) {
    (void)state;
    model_free(ready_model);
    return 0;
}

static bool players(Error *err) {
    Track track = {0};
    Player *player = NULL;
    Schedule *schedule = NULL;
    bool done = fill_track(&track, err) && (player = player_new(output_null_new(), err)) &&
                (schedule = schedule_of_track(NULL, &track, NULL, err));
    if (done) player_play(player, schedule, 0);
    player_free(player);
    track_deinit(&track);
    return done;
}

static bool renderings(Error *err) {
    Track track = {0};
    Schedule *schedule = NULL;
    Temp temp;
    temp_open(&temp);
    bool done = fill_track(&track, err);
    Timeline *timeline = done ? timeline_plain(0, 10000, (Meter){0}, err) : NULL;
    done = timeline && (schedule = schedule_of_track(timeline, &track, NULL, err)) &&
           output_synth_render(
               schedule, audio_file_open(temp_path(&temp, "sound.wav"), FORMAT_OTHER, OUTPUT_SYNTH_RATE, err),
               NULL, NULL, err);
    timeline_unref(timeline);
    schedule_free(schedule);
    track_deinit(&track);
    temp_close(&temp);
    return done;
}

#define EACH(scenario)                                            \
    static void scenario##_survive(void **state) {                \
        (void)state;                                              \
        assert_in_range(fail_each(scenario), 1, ALLOCATIONS_MAX); \
    }
EACH(tracks)
EACH(bars)
EACH(recipes)
EACH(latents)
EACH(analyses)
EACH(corpora)
EACH(models)
EACH(compositions)
EACH(documents)
EACH(songs)
EACH(saved_songs)
EACH(players)
EACH(edits)
EACH(sessions)

static void renderings_survive(void **state) {
    (void)state;
    char font[4096];
    if (!soundfont_find(font, sizeof font, NULL)) skip();
    assert_in_range(fail_each(renderings), 1, ALLOCATIONS_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracks_survive),      cmocka_unit_test(bars_survive),
        cmocka_unit_test(recipes_survive),     cmocka_unit_test(latents_survive),
        cmocka_unit_test(analyses_survive),    cmocka_unit_test(corpora_survive),
        cmocka_unit_test(models_survive),      cmocka_unit_test(compositions_survive),
        cmocka_unit_test(documents_survive),   cmocka_unit_test(songs_survive),
        cmocka_unit_test(players_survive),     cmocka_unit_test(renderings_survive),
        cmocka_unit_test(edits_survive),       cmocka_unit_test(sessions_survive),
        cmocka_unit_test(saved_songs_survive),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
