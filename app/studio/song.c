#include "app/studio/song.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/json_text.h"
#include "engine/bar.h"
#include "midi_io/score_file.h"
#include "midi_io/smf_tracks.h"
#include "midi_io/smf_write.h"

enum { SONG_VERSION = 2 };

/* ---- writing ---- */

/* What is known of the file; JSON has no words for a path that is not UTF-8. */
static bool put_file(json_t *root, const SongFile *file) {
    json_t *path = json_string(file->path);
    if (!path) return true;
    json_t *known = json_pack("{s:I, s:I, s:I, s:o}", "written", (json_int_t)file->stamp.written_ns, "size",
                              (json_int_t)file->stamp.size, "inode", (json_int_t)file->stamp.inode, "more",
                              json_text(file->lost));
    bool ok = json_object_set_new(root, "path", path) == 0;
    return json_object_set_new(root, "file", known) == 0 && ok;
}

static json_t *fit_json(const DocumentFit *fit) {
    return json_pack("{s:i, s:s, s:s}", "semitones", (int)fit->semitones, "from", key_name(fit->from), "into",
                     key_name(fit->into));
}

/* Which chunk of the file, from 1, a track is written to: new ones follow the others, behind a lead where there are none. */
static int written_chunk(const Score *score, int track) {
    const TrackOrigin *origin = &score->track[track]->origin;
    if (origin->chunk > 0 && origin->chunk <= score->chunks) return origin->chunk;
    int chunk = score->chunks + 1, leads = 1;
    for (int i = 0; i < score->chunks; i++)
        if (smf_tracks_is_mtrk(score->chunk[i])) leads = 0;
    for (int i = 0; i < track; i++)
        chunk += score->track[i]->origin.chunk == 0 || score->track[i]->origin.chunk > score->chunks;
    return chunk + leads;
}

/* Tracks without notes are no rows of the file: they are named by where they would be. */
static json_t *voices_json(const Score *score) {
    json_t *list = json_array();
    for (int i = 0; list && i < score->voices; i++) {
        const int voice = score->voice[i];
        int number = 1;
        for (int t = 0; t < voice; t++) number += score->track[t]->count > 0;
        json_array_append_new(
            list, score->track[voice]->count > 0
                      ? json_integer(number)
                      : json_pack("[i, i]", written_chunk(score, voice), score->track[voice]->channel + 1));
    }
    return list;
}

/* A key that is detected is not stored. */
static bool put_key(json_t *root, const char *name, Key key) {
    return !key.known || json_object_set_new(root, name, json_string(key_name(key))) == 0;
}

static json_t *takes_json(const Takes *takes) {
    json_t *list = json_array();
    for (int i = 0; list && i < takes_count(takes); i++) {
        char *recipe = recipe_to_text(takes_recipe(takes, i));
        json_array_append_new(list, json_pack("{s:o, s:s}", "name", json_text(takes_name(takes, i)), "recipe",
                                              recipe ? recipe : ""));
        free(recipe);
    }
    return list;
}

static char *state_text(const Document *document, const SongFile *file) {
    const Score *original = &document->score[DOCUMENT_ORIGINAL],
                *context = &document->score[DOCUMENT_CONTEXT];
    char *recipe = recipe_to_text(&document->recipe);
    json_t *root = json_pack(
        "{s:i, s:[o, o], s:s, s:o, s:o, s:[i, i, i], s:[i, i], s:s, s:f, s:I}", "refrain", SONG_VERSION,
        "titles", json_text(original->title), json_text(context->title), "recipe", recipe ? recipe : "",
        "voices", voices_json(original), "context_voices", voices_json(context), "loop",
        (int)document->loop_start, (int)document->loop_end, (int)document->looping, "ends",
        (int)original->end, (int)context->end, "align", document_align_name(document->fit.align),
        "temperature", document->temperature, "seed", (json_int_t)document->seed);
    bool ok = root && recipe;
    ok = ok && put_key(root, "key", document->key[DOCUMENT_ORIGINAL]) &&
         put_key(root, "context_key", document->key[DOCUMENT_CONTEXT]);
    if (ok && document->fit.align != DOCUMENT_ALIGN_NONE)
        ok = json_object_set_new(root, "fit", fit_json(&document->fit)) == 0;
    if (ok && document->takes) ok = json_object_set_new(root, "takes", takes_json(document->takes)) == 0;
    if (ok && file && file->path) ok = put_file(root, file);
    char *text = ok ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(root);
    free(recipe);
    return text;
}

static bool is_edited(const Score *score) {
    for (int i = 0; i < score->tracks; i++)
        if (score->track[i]->origin.chunk == 0 || score->track[i]->origin.edited) return true;
    return score->chunks == 0;
}

/* Would opening the file by itself give this document? */
static bool is_plain(const Document *document, Error *err) {
    const Score *score = &document->score[DOCUMENT_ORIGINAL];
    Document plain;
    document_init(&plain);
    bool same = !document->has_context && !document->looping && !document->takes &&
                key_equal(document->key[DOCUMENT_ORIGINAL], smf_tracks_key(score)) &&
                document->fit.align == DOCUMENT_ALIGN_NONE && document->temperature == plain.temperature &&
                document->seed == plain.seed && !is_edited(score) && score->voices == 1;
    SmfRows rows = {0};
    if (same) same = smf_rows_list(&rows, score, err) && rows.melody == score->voice[0];
    if (same) same = score_copy(&plain.score[DOCUMENT_ORIGINAL], score, err) && bar_normalise(&plain, err);
    if (same) same = recipe_equal(&plain.recipe, &document->recipe);
    smf_rows_deinit(&rows);
    document_deinit(&plain);
    return same;
}

static bool put_image(SmfImage *image, const Score *score, Error *err) {
    return smf_write(score, (Key){0}, NULL, &image->bytes, &image->size, err);
}

bool song_bytes(const Document *document, const Score *result, const SongFile *file, unsigned char **bytes,
                size_t *size, Error *err) {
    SmfState state = {0};
    bool ok = true;
    if ((file && file->path) || !is_plain(document, err)) {
        state.text = state_text(document, file);
        ok = state.text || error_memory(err, "the song's settings");
        if (ok && document->has_context)
            ok = put_image(&state.image[SMF_IMAGE_CONTEXT], &document->score[DOCUMENT_CONTEXT], err);
        if (ok && document->has_context && result && score_voice(result, 0)->count)
            ok = put_image(&state.image[SMF_IMAGE_RESULT], result, err);
    }
    ok = ok && smf_write(&document->score[DOCUMENT_ORIGINAL], document->key[DOCUMENT_ORIGINAL], &state, bytes,
                         size, err);
    smf_state_deinit(&state);
    return ok;
}

/* ---- reading ---- */

static bool in_range(const json_t *value, json_int_t low, json_int_t high) {
    return json_is_integer(value) && json_integer_value(value) >= low && json_integer_value(value) <= high;
}

static void read_key(Key *key, const json_t *text) {
    Key read = {0};
    if (json_is_string(text) && key_parse(&read, json_string_value(text)) && read.known) *key = read;
}

/* A song that knows only what was aligned is of a time when that was decided again and again: now for the last time. */
static void read_fit(Document *document, const json_t *root) {
    enum { SEMITONES = 127 };
    const char *name = json_string_value(json_object_get(root, "align"));
    const json_t *object = json_object_get(root, "fit"), *semitones = json_object_get(object, "semitones");
    DocumentAlign align = DOCUMENT_ALIGN_NONE;
    if (!name || !document_align_parse(&align, name)) return;
    document_decide_fit(document, align);
    if (align == DOCUMENT_ALIGN_NONE || !in_range(semitones, -SEMITONES, SEMITONES)) return;
    document->fit = (DocumentFit){.align = align, .semitones = (int16_t)json_integer_value(semitones)};
    const char *from = json_string_value(json_object_get(object, "from")),
               *into = json_string_value(json_object_get(object, "into"));
    if (from) key_parse(&document->fit.from, from);
    if (into) key_parse(&document->fit.into, into);
}

static void read_settings(Document *document, const json_t *root) {
    const json_t *loop = json_object_get(root, "loop"), *seed = json_object_get(root, "seed");
    const json_t *start = json_array_get(loop, 0), *end = json_array_get(loop, 1);
    if (in_range(start, 0, TRACK_TICKS_MAX) && in_range(end, 0, TRACK_TICKS_MAX)) {
        document->loop_start = (int32_t)json_integer_value(start);
        document->loop_end = (int32_t)json_integer_value(end);
        document->looping = json_integer_value(json_array_get(loop, 2)) == 1;
    }
    for (int i = 0; i < DOCUMENT_SCORES; i++) {
        const json_t *ends = json_array_get(json_object_get(root, "ends"), (size_t)i);
        if (in_range(ends, 0, TRACK_TICKS_MAX))
            score_set_end(&document->score[i], (int32_t)json_integer_value(ends));
    }
    read_key(&document->key[DOCUMENT_ORIGINAL], json_object_get(root, "key"));
    read_key(&document->key[DOCUMENT_CONTEXT], json_object_get(root, "context_key"));
    double temperature = json_number_value(json_object_get(root, "temperature"));
    if (document_temperature_fits(temperature)) document->temperature = temperature;
    if (json_is_integer(seed)) document->seed = (uint64_t)json_integer_value(seed);
    const char *title = json_string_value(json_object_get(root, "title"));
    if (title) score_set_title(&document->score[DOCUMENT_ORIGINAL], title);
    for (int i = 0; i < DOCUMENT_SCORES; i++) {
        title = json_string_value(json_array_get(json_object_get(root, "titles"), (size_t)i));
        if (title) score_set_title(&document->score[i], title);
    }
}

/* False only when there is no room for it; *out stays empty where the text is no recipe. */
static bool read_recipe(Recipe *out, const json_t *value, Error *err) {
    const char *text = json_string_value(value);
    Error why = {{0}};
    return !text || recipe_from_text(out, text, &why) || !error_is_memory(&why) ||
           error_set(err, "%s", why.text);
}

/* The default one takes the place of a recipe that cannot be read. */
static bool read_own_recipe(Document *document, const json_t *root, Error *err) {
    Recipe recipe = {0};
    if (!read_recipe(&recipe, json_object_get(root, "recipe"), err)) return false;
    if (recipe.count == 0) return true;
    recipe_deinit(&document->recipe);
    document->recipe = recipe;
    return true;
}

/* Takes that cannot be read are left out. */
static bool read_takes(Document *document, const json_t *root, Error *err) {
    size_t i;
    json_t *take;
    bool ok = true;
    json_array_foreach(json_object_get(root, "takes"), i, take) {
        const char *name = json_string_value(json_object_get(take, "name"));
        Recipe recipe = {0};
        Error why = {{0}};
        ok = ok && read_recipe(&recipe, json_object_get(take, "recipe"), err);
        if (ok && name && recipe.count && !takes_keep(&document->takes, name, &recipe, &why))
            ok = !error_is_memory(&why) || error_set(err, "%s", why.text);
        recipe_deinit(&recipe);
    }
    return ok;
}

static bool read_file(SongFile *file, const json_t *root, Error *err) {
    const char *path = json_string_value(json_object_get(root, "path"));
    const json_t *known = json_object_get(root, "file");
    if (!path) return true;
    if (!(file->path = strdup(path))) return error_memory(err, "the song's name");
    file->stamp = (FileStamp){
        .written_ns = json_integer_value(json_object_get(known, "written")),
        .size = json_integer_value(json_object_get(known, "size")),
        .inode = json_integer_value(json_object_get(known, "inode")),
    };
    const json_t *more = json_object_get(known, "more"); /* a number in journals of 0.1 */
    if (json_integer_value(more) != 0) song_file_lose(file, "what was left out of it");
    if (json_is_string(more)) song_file_lose(file, json_string_value(more));
    return true;
}

/* The track that an entry of the list names, -1 = none. */
static int find_voice(Score *score, const json_t *entry, Error *err) {
    const json_t *chunk = json_array_get(entry, 0), *channel = json_array_get(entry, 1);
    if (in_range(chunk, 1, INT16_MAX) && in_range(channel, 1, 16))
        return smf_tracks_add_silent(score, (int)json_integer_value(chunk),
                                     (int)json_integer_value(channel) - 1, err);
    if (!in_range(entry, 1, score->tracks)) return -1;
    int row = (int)json_integer_value(entry);
    for (int t = 0; t < score->tracks; t++)
        if (score->track[t]->count > 0 && --row == 0) return t;
    return -1;
}

/* A score without voices gets its melody where the list names none of its tracks. */
static bool read_voices(Score *score, const json_t *list, Error *err) {
    for (size_t i = 0; i < json_array_size(list) && score->voices < SCORE_VOICES_MAX; i++) {
        const int track = find_voice(score, json_array_get(list, i), err);
        if (track >= 0 && score_voice_of(score, track) < 0 && !score_add_voice(score, track, err))
            return false;
    }
    if (score->voices > 0 || score->tracks == 0) return true;
    SmfRows rows = {0};
    bool ok =
        smf_rows_list(&rows, score, err) && score_add_voice(score, rows.melody < 0 ? 0 : rows.melody, err);
    smf_rows_deinit(&rows);
    return ok;
}

static bool read_image(Score *score, const SmfImage *image, const json_t *voices, Error *err) {
    SmfReading reading = {0};
    bool ok = !image->bytes ||
              (smf_read(score, &reading, image->bytes, image->size, err) && read_voices(score, voices, err));
    smf_read_deinit(&reading);
    return ok;
}

/* ---- songs of version 1 ---- */

/* Its track of that name as a score of its own, in the file's time; none = an empty one. */
static bool take_track(Score *to, const Score *file, const char *name, Error *err) {
    for (int i = 0; i < file->tracks; i++) {
        if (strcmp(file->track[i]->name, name) != 0) continue;
        Track copy = {0};
        Track *track = track_copy(&copy, file->track[i], err) ? track_share(&copy, err) : NULL;
        track_deinit(&copy);
        if (!track) return false;
        track->origin = (TrackOrigin){0};
        track->channel = 0;
        track->name[0] = '\0';
        score_set_timeline(to, timeline_ref(file->timeline));
        return score_add_track(to, track, err) && score_add_voice(to, to->tracks - 1, err);
    }
    return true;
}

static bool read_old_context(Score *context, const json_t *object, Error *err) {
    const json_t *tempo = json_object_get(object, "quarter_us");
    const json_t *beats = json_object_get(object, "beats"), *unit = json_object_get(object, "unit");
    const char *title = json_string_value(json_object_get(object, "title"));
    if (title) score_set_title(context, title);
    if (in_range(tempo, 1000, TIMELINE_QUARTER_US_MAX) &&
        !score_set_tempo(context, (int32_t)json_integer_value(tempo), err))
        return false;
    if (!in_range(beats, 1, 64) || !in_range(unit, 1, 16)) return true;
    Meter meter = {(uint8_t)json_integer_value(beats), (uint16_t)json_integer_value(unit)};
    return !meter_is_valid(meter.beats, meter.unit) || score_set_meter(context, meter, err);
}

static bool read_old(Document *document, Score *result, const Score *file, const json_t *root, Error *err) {
    Score *original = &document->score[DOCUMENT_ORIGINAL], *context = &document->score[DOCUMENT_CONTEXT];
    if (!take_track(original, file, "original", err) || !take_track(context, file, "context", err))
        return false;
    memcpy(original->title, file->title, sizeof original->title);
    if (!original->timeline) score_set_timeline(original, timeline_ref(file->timeline));
    document->has_context = document_voice(document, DOCUMENT_CONTEXT)->count > 0;
    const json_t *old_context = json_object_get(root, "context");
    if (document->has_context && !read_old_context(context, old_context, err)) return false;
    read_key(&document->key[DOCUMENT_CONTEXT], json_object_get(old_context, "key"));
    if (!result || !take_track(result, file, "result", err)) return !result;
    if (result->tracks > 0)
        score_set_timeline(result, timeline_ref(document->score[document_base(document)].timeline));
    return true;
}

/* Its bars that were drawn come from the model of that time: they are kept as the notes that the file has as its result. */
static bool keep_drawn(Document *document, const Score *file, Error *err) {
    Score result = {0};
    BarSequence bars = {0};
    Recipe *recipe = &document->recipe;
    const Timeline *timeline = document->score[document_base(document)].timeline;
    bool ok =
        take_track(&result, file, "result", err) &&
        (result.tracks == 0 || bar_sequence_from_track(&bars, timeline, score_voice(&result, 0), NULL, err));
    const bool there = ok && result.tracks > 0;
    ok = ok && (!there || bars.count >= recipe->count || bar_sequence_resize(&bars, recipe->count, err));
    for (int t = 0; there && ok && t < recipe->count; t++) {
        BarSource *source = &recipe->bar[t];
        if (source->kind != RECIPE_POSTERIOR && source->kind != RECIPE_PRIOR) continue;
        BarSource kept = bar_to_source(&bars.bar[t], bars.octave_shift);
        kept.locked = source->locked;
        kept.seeded = true;
        kept.seed = source->seed;
        *source = kept;
    }
    bar_sequence_deinit(&bars);
    score_deinit(&result);
    return ok;
}

/* ---- the whole ---- */

static bool read_scores(Document *document, Score *result, Score *score, const SmfReading *reading,
                        const json_t *root, Error *err) {
    if (reading->state.parts > 0) return read_old(document, result, score, root, err);
    if (!read_voices(score, json_object_get(root, "voices"), err) ||
        !read_image(&document->score[DOCUMENT_CONTEXT], &reading->state.image[SMF_IMAGE_CONTEXT],
                    json_object_get(root, "context_voices"), err))
        return false;
    document->key[DOCUMENT_ORIGINAL] = reading->key.known ? reading->key : smf_tracks_key(score);
    document->key[DOCUMENT_CONTEXT] = smf_tracks_key(&document->score[DOCUMENT_CONTEXT]);
    document->score[DOCUMENT_ORIGINAL] = *score;
    *score = (Score){0};
    document->has_context = document_voice(document, DOCUMENT_CONTEXT)->count > 0;
    return !result || read_image(result, &reading->state.image[SMF_IMAGE_RESULT], NULL, err);
}

/* Damaged settings are as if absent: the notes are still worth opening. But what there is only no room for is not damaged. */
static bool read_json(json_t **root, const SmfState *state, Error *err) {
    json_error_t why;
    *root = smf_state_is_whole(state) ? json_loads(state->text, 0, &why) : NULL;
    if (*root || !smf_state_is_whole(state) || json_error_code(&why) != json_error_out_of_memory) return true;
    return error_memory(err, "the song's settings");
}

static bool read_document(Document *document, Score *result, SongFile *file, Score *score,
                          const SmfReading *reading, const json_t *root, Error *err) {
    json_int_t version = json_integer_value(json_object_get(root, "refrain"));
    if (version > SONG_VERSION)
        return error_set(err, "this song was saved by a later refrain (format %lld); open it with that one",
                         (long long)version);
    if (!read_scores(document, result, score, reading, root, err)) return false;
    read_settings(document, root);
    if (document->has_context) read_fit(document, root);
    return read_own_recipe(document, root, err) && read_takes(document, root, err) &&
           (!file || read_file(file, root, err)) && bar_normalise(document, err) &&
           (reading->state.parts == 0 || keep_drawn(document, score, err));
}

bool song_read(Document *document, Score *result, SongFile *file, Score *score, const SmfReading *reading,
               Error *err) {
    document_deinit(document);
    document_init(document);
    if (file) *file = (SongFile){0};
    json_t *root = NULL;
    bool ok = read_json(&root, &reading->state, err) &&
              read_document(document, result, file, score, reading, root, err);
    json_decref(root);
    score_deinit(score);
    if (ok) return true;
    if (file) song_file_deinit(file);
    document_deinit(document);
    return false;
}
