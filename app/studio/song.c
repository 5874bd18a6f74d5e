#include "app/studio/song.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/json_text.h"
#include "engine/bar.h"
#include "engine/music/melody.h"

enum { SONG_VERSION = 1 };

/* A key that is detected is not stored. */
static bool put_key(json_t *object, Key key) {
    return !key.known || json_object_set_new(object, "key", json_string(key_name(key))) == 0;
}

static void read_key(Key *key, const json_t *object) {
    const char *text = json_string_value(json_object_get(object, "key"));
    *key = (Key){0};
    if (text) key_parse(key, text);
}

static json_t *context_json(const Document *document) {
    const Score *context = &document->score[DOCUMENT_CONTEXT];
    Meter meter = timeline_meter(context->timeline, 0);
    json_t *object = json_pack("{s:o, s:i, s:i, s:i}", "title", json_text(context->title), "quarter_us",
                               (int)timeline_quarter_us(context->timeline, 0), "beats", meter_beats(meter),
                               "unit", meter_unit(meter));
    if (object && put_key(object, document->key[DOCUMENT_CONTEXT])) return object;
    json_decref(object);
    return NULL;
}

/* What is known of the file; JSON has no words for a path that is not UTF-8. */
static bool put_file(json_t *root, const SongFile *file) {
    json_t *path = json_string(file->path);
    if (!path) return true;
    json_t *known = json_pack("{s:I, s:I, s:I, s:i}", "written", (json_int_t)file->stamp.written_ns, "size",
                              (json_int_t)file->stamp.size, "inode", (json_int_t)file->stamp.inode, "more",
                              (int)file->holds_more);
    bool ok = json_object_set_new(root, "path", path) == 0;
    return json_object_set_new(root, "file", known) == 0 && ok;
}

static json_t *fit_json(const DocumentFit *fit) {
    return json_pack("{s:i, s:s, s:s}", "semitones", (int)fit->semitones, "from", key_name(fit->from), "into",
                     key_name(fit->into));
}

static char *state_text(const Document *document, const SongFile *file) {
    char *recipe = recipe_to_text(&document->recipe);
    json_t *root = json_pack("{s:i, s:o, s:s, s:[i, i, i], s:s, s:f, s:I}", "refrain", SONG_VERSION, "title",
                             json_text(document->score[DOCUMENT_ORIGINAL].title), "recipe",
                             recipe ? recipe : "", "loop", (int)document->loop_start, (int)document->loop_end,
                             (int)document->looping, "align", document_align_name(document->fit.align),
                             "temperature", document->temperature, "seed", (json_int_t)document->seed);
    bool ok = root && recipe;
    ok = ok && put_key(root, document->key[DOCUMENT_ORIGINAL]);
    if (ok && document->has_context) ok = json_object_set_new(root, "context", context_json(document)) == 0;
    if (ok && document->fit.align != DOCUMENT_ALIGN_NONE)
        ok = json_object_set_new(root, "fit", fit_json(&document->fit)) == 0;
    if (ok && file && file->path) ok = put_file(root, file);
    char *text = ok ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(root);
    free(recipe);
    return text;
}

static bool add_track(SmfSong *song, const Score *score, const char *name, Error *err) {
    Melody *track = &song->track[song->count];
    if (!melody_from_score(track, score, err)) return false;
    melody_set_name(track, name);
    track->quarter_us = song->track[0].quarter_us;
    track->meter_beats = song->track[0].meter_beats;
    track->meter_unit = song->track[0].meter_unit;
    song->count++;
    return true;
}

bool song_build(SmfSong *song, const Document *document, const Score *result, const SongFile *file,
                Error *err) {
    *song = (SmfSong){0};
    memcpy(song->title, document->score[DOCUMENT_ORIGINAL].title, sizeof song->title);
    if (!add_track(song, &document->score[DOCUMENT_ORIGINAL], "original", err)) goto fail;
    if (document->has_context && !add_track(song, &document->score[DOCUMENT_CONTEXT], "context", err))
        goto fail;
    if (result && score_voice(result, 0)->count && !add_track(song, result, "result", err)) goto fail;
    song->state = state_text(document, file);
    if (song->state) return true;
    error_memory(err, "the song's settings");
fail:
    smf_song_deinit(song);
    return false;
}

bool song_bytes(const Document *document, const Score *result, const SongFile *file, unsigned char **bytes,
                size_t *size, Error *err) {
    SmfSong song;
    if (!song_build(&song, document, result, file, err)) return false;
    bool ok = smf_file_build(&song, bytes, size, err);
    smf_song_deinit(&song);
    return ok;
}

static bool in_range(const json_t *value, json_int_t low, json_int_t high) {
    return json_is_integer(value) && json_integer_value(value) >= low && json_integer_value(value) <= high;
}

static bool read_context(Score *context, const json_t *object, Error *err) {
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
    read_key(&document->key[DOCUMENT_ORIGINAL], root);
    double temperature = json_number_value(json_object_get(root, "temperature"));
    if (document_temperature_fits(temperature)) document->temperature = temperature;
    if (json_is_integer(seed)) document->seed = (uint64_t)json_integer_value(seed);
    const char *title = json_string_value(json_object_get(root, "title"));
    if (title) score_set_title(&document->score[DOCUMENT_ORIGINAL], title);
}

/* A recipe that cannot be read is left out: the default one takes its place. */
static void read_recipe(Document *document, const json_t *root) {
    const char *text = json_string_value(json_object_get(root, "recipe"));
    Recipe recipe = {0};
    if (!text || !recipe_from_text(&recipe, text, NULL)) return;
    recipe_deinit(&document->recipe);
    document->recipe = recipe;
}

static void read_file(SongFile *file, const json_t *root) {
    const char *path = json_string_value(json_object_get(root, "path"));
    const json_t *known = json_object_get(root, "file");
    if (!path) return;
    file->path = strdup(path);
    file->stamp = (FileStamp){
        .written_ns = json_integer_value(json_object_get(known, "written")),
        .size = json_integer_value(json_object_get(known, "size")),
        .inode = json_integer_value(json_object_get(known, "inode")),
    };
    file->holds_more = json_integer_value(json_object_get(known, "more")) != 0;
}

static bool read_state(Document *document, SongFile *file, const char *state, Error *err) {
    json_error_t json_error;
    json_t *root = json_loads(state, 0, &json_error);
    if (!root) return true; /* damaged settings: the notes are still worth opening */
    json_int_t version = json_integer_value(json_object_get(root, "refrain"));
    bool ok = version <= SONG_VERSION;
    if (!ok) {
        error_set(err, "this song was saved by a later refrain (format %lld); open it with that one",
                  (long long)version);
    } else {
        read_settings(document, root);
        read_recipe(document, root);
        const json_t *context = json_object_get(root, "context");
        read_key(&document->key[DOCUMENT_CONTEXT], context);
        if (document->has_context && context)
            ok = read_context(&document->score[DOCUMENT_CONTEXT], context, err);
        if (document->has_context) read_fit(document, root);
        if (file) read_file(file, root);
    }
    json_decref(root);
    return ok;
}

static const Melody *find_track(const SmfSong *song, const char *name) {
    for (int i = 0; i < song->count; i++)
        if (strcmp(song->track[i].name, name) == 0) return &song->track[i];
    return NULL;
}

bool song_read(Document *document, Score *result, SongFile *file, const SmfSong *song, const char *title,
               Error *err) {
    document_deinit(document);
    document_init(document);
    if (file) *file = (SongFile){0};
    const Melody *original = find_track(song, "original");
    const Melody *context = song->state ? find_track(song, "context") : NULL;
    const Melody *derived = song->state ? find_track(song, "result") : NULL;
    if (!original && song->count) original = &song->track[0];
    if (original && !melody_to_score(&document->score[DOCUMENT_ORIGINAL], original, err)) goto fail;
    if (title) score_set_title(&document->score[DOCUMENT_ORIGINAL], title);
    if (context && !melody_to_score(&document->score[DOCUMENT_CONTEXT], context, err)) goto fail;
    document->has_context =
        document_voice(document, DOCUMENT_CONTEXT)->count > 0; /* the recipe that follows is meant for it */
    if (song->state && !read_state(document, file, song->state, err)) goto fail;
    if (!bar_normalise(document, err)) goto fail;
    if (result && derived) {
        if (!melody_to_score(result, derived, err)) goto fail;
        score_set_timeline(result, timeline_ref(document->score[document_base(document)].timeline));
    }
    return true;
fail:
    if (file) song_file_deinit(file);
    document_deinit(document);
    return false;
}
