#include "engine/refrain.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/compose.h"

struct RefrainModel {
    Model *weights;
};

struct RefrainReader {
    Reader *reader;
    atomic_bool stop;
};

struct RefrainPiece {
    BarSequence bars;
    LatentSequence latent;
    Timeline *timeline;
    RefrainNote *note;
    int notes;
};

static_assert((int)REFRAIN_LATENT == (int)LATENT_SIZE, "the public header tells how long latents are");
static_assert(sizeof(RefrainError) == sizeof(Error), "errors are handed through");

/* The same sentence under its public name. */
static Error *sentence(RefrainError *why) {
    return (Error *)(void *)why;
}

/* ---- models and readers ---- */

RefrainModel *refrain_model_open(const char *path, RefrainError *why) {
    RefrainModel *model = calloc(1, sizeof *model);
    if (!model) {
        error_memory(sentence(why), "the model");
        return NULL;
    }
    model->weights = workspace_load_model(path, sentence(why));
    if (model->weights) return model;
    free(model);
    return NULL;
}

void refrain_model_close(RefrainModel *model) {
    if (model) model_free(model->weights);
    free(model);
}

RefrainReader *refrain_reader_new(const RefrainModel *model, RefrainError *why) {
    RefrainReader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        error_memory(sentence(why), "the reader");
        return NULL;
    }
    reader->reader = reader_new(model->weights, sentence(why));
    if (reader->reader) return reader;
    free(reader);
    return NULL;
}

void refrain_reader_free(RefrainReader *reader) {
    if (reader) reader_free(reader->reader);
    free(reader);
}

void refrain_stop(RefrainReader *reader) {
    atomic_store(&reader->stop, true);
}

/* ---- melodies in and out ---- */

static Timeline *make_timeline(const RefrainMelody *melody, Error *err) {
    TimelineMeter *meter = calloc((size_t)melody->meters + 1, sizeof *meter);
    Timeline *timeline = NULL;
    bool ok = meter || error_memory(err, "the meters");
    for (int i = 0; ok && i < melody->meters; i++) {
        const RefrainMeter *m = &melody->meter[i];
        ok = meter_is_valid(m->beats, m->unit) || error_set(err, "%d/%d is no meter.", m->beats, m->unit);
        if (ok) meter[i] = (TimelineMeter){m->tick, {(uint8_t)m->beats, (uint16_t)m->unit}};
    }
    const TimelineMap map = {.division = melody->division, .meter = meter, .meters = melody->meters};
    if (ok) timeline = timeline_new(&map, err);
    free(meter);
    return timeline;
}

static bool fill_track(Track *track, const RefrainMelody *melody, Error *err) {
    for (int i = 0; i < melody->notes; i++) {
        const RefrainNote *n = &melody->note[i];
        const Note note = {n->start, n->length, n->pitch, n->velocity};
        if (n->start < 0 || n->length < 1 || n->pitch > 127)
            return error_set(err, "Note %d has a start, a length or a pitch that no note can have.", i);
        if (track_insert(track, note, err) < 0) return false;
    }
    return true;
}

/* The notes that the bars say. */
static bool write_notes(RefrainPiece *piece, Error *err) {
    Track track = {0}, like = {0};
    if (!bar_sequence_to_track(&track, &piece->bars, piece->timeline, &like, err)) return false;
    piece->note = calloc((size_t)track.count + 1, sizeof *piece->note);
    for (int i = 0; piece->note && i < track.count; i++) {
        const Note *n = &track.notes[i];
        piece->note[i] = (RefrainNote){n->start, n->length, n->pitch, n->velocity};
    }
    piece->notes = track.count;
    track_deinit(&track);
    return piece->note || error_memory(err, "the notes");
}

static RefrainPiece *piece_new(Error *err) {
    RefrainPiece *piece = calloc(1, sizeof *piece);
    if (!piece) error_memory(err, "a piece");
    return piece;
}

void refrain_piece_free(RefrainPiece *piece) {
    if (!piece) return;
    bar_sequence_deinit(&piece->bars);
    latent_sequence_deinit(&piece->latent);
    timeline_unref(piece->timeline);
    free(piece->note);
    free(piece);
}

/* The piece when all went well. */
static RefrainPiece *piece_or_null(RefrainPiece *piece, bool ok) {
    if (ok) return piece;
    refrain_piece_free(piece);
    return NULL;
}

/* ---- the work ---- */

static Reader *begin(RefrainReader *reader) {
    atomic_store(&reader->stop, false);
    return reader->reader;
}

static bool encode(RefrainReader *reader, RefrainPiece *piece, const RefrainMelody *melody, Error *err) {
    Track track = {0};
    bool ok = (piece->timeline = make_timeline(melody, err)) && fill_track(&track, melody, err) &&
              bar_sequence_from_track(&piece->bars, piece->timeline, &track, NULL, err) &&
              compose_encode(begin(reader), &piece->latent, &piece->bars, &reader->stop, err) &&
              write_notes(piece, err);
    track_deinit(&track);
    return ok;
}

RefrainPiece *refrain_encode(RefrainReader *reader, const RefrainMelody *melody, RefrainError *why) {
    RefrainPiece *piece = piece_new(sentence(why));
    return piece_or_null(piece, piece && encode(reader, piece, melody, sentence(why)));
}

static bool decode(RefrainReader *reader, RefrainPiece *out, const RefrainPiece *from, Error *err) {
    out->timeline = timeline_ref(from->timeline);
    if (!latent_sequence_copy(&out->latent, &from->latent, err) ||
        !compose_decode(begin(reader), &out->bars, &out->latent, from->bars.steps, &from->bars,
                        (ComposeDecoding){0}, &reader->stop, err))
        return false;
    out->bars.octave_shift = from->bars.octave_shift;
    return write_notes(out, err);
}

RefrainPiece *refrain_decode(RefrainReader *reader, const RefrainPiece *piece, RefrainError *why) {
    RefrainPiece *out = piece_new(sentence(why));
    return piece_or_null(out, out && decode(reader, out, piece, sentence(why)));
}

static bool list_sources(Recipe *recipe, const RefrainPiece *original, const RefrainPiece *context,
                         const int *bar, int count, Error *err) {
    if (!recipe_resize(recipe, context->bars.count, true, err)) return false;
    for (int t = 0; t < recipe->count; t++) recipe->bar[t].kind = RECIPE_CONTEXT;
    for (int i = 0; i < count; i++) {
        if (bar[i] < 0 || bar[i] >= context->bars.count || bar[i] >= original->bars.count)
            return error_set(err, "There is no bar %d in both: the original has %d bars, the context %d.",
                             bar[i] + 1, original->bars.count, context->bars.count);
        recipe->bar[bar[i]].kind = RECIPE_ORIGINAL;
    }
    return true;
}

static bool transfer(RefrainReader *reader, RefrainPiece *out, const RefrainPiece *original,
                     const RefrainPiece *context, const int *bar, int count, Error *err) {
    ComposeRequest request = {0};
    out->timeline = timeline_ref(context->timeline);
    bool ok = bar_sequence_copy(&request.original, &original->bars, err) &&
              bar_sequence_copy(&request.context, &context->bars, err) &&
              list_sources(&request.recipe, original, context, bar, count, err) &&
              compose_result(begin(reader), &out->bars, &out->latent, &request, NULL, &reader->stop, err) &&
              write_notes(out, err);
    compose_request_deinit(&request);
    return ok;
}

RefrainPiece *refrain_transfer(RefrainReader *reader, const RefrainPiece *original,
                               const RefrainPiece *context, const int *bar, int count, RefrainError *why) {
    RefrainPiece *out = piece_new(sentence(why));
    return piece_or_null(out, out && transfer(reader, out, original, context, bar, count, sentence(why)));
}

/* ---- asking ---- */

int refrain_piece_bars(const RefrainPiece *piece) {
    return piece->bars.count;
}

const RefrainNote *refrain_piece_notes(const RefrainPiece *piece, int *count) {
    *count = piece->notes;
    return piece->note;
}

float refrain_piece_cost(const RefrainPiece *piece, int bar) {
    assert(bar >= 0 && bar < piece->latent.count);
    return latent_kl(&piece->latent.bar[bar], NULL);
}

float *refrain_piece_latent(RefrainPiece *piece, int bar) {
    assert(bar >= 0 && bar < piece->latent.count);
    return piece->latent.bar[bar].z;
}

/* Fills out (may be null) and says how many there are. */
static int list_references(RefrainReference *out, const Analysis *analysis) {
    int count = 0;
    for (int t = 0; t < analysis_count(analysis); t++) {
        AnalysisWalk walk = analysis_uses(analysis, ANALYSIS_REFERENCE, t);
        for (Reference to; analysis_next(&walk, &to); count++) {
            if (!out) continue;
            const bool diatonic = interval_is_diatonic(to.interval);
            const int size = interval_size(to.interval);
            out[count] = (RefrainReference){t, to.bar, to.weight, diatonic ? size : 0, diatonic ? 0 : size};
        }
    }
    return count;
}

RefrainReference *refrain_references(RefrainReader *reader, const RefrainPiece *piece, int *count,
                                     RefrainError *why) {
    Analysis *analysis = compose_analyse(begin(reader), &piece->bars, &reader->stop, sentence(why));
    if (!analysis) return NULL;
    *count = list_references(NULL, analysis);
    RefrainReference *references = calloc((size_t)*count + 1, sizeof *references);
    if (references)
        list_references(references, analysis);
    else
        error_memory(sentence(why), "the references");
    analysis_free(analysis);
    return references;
}

void refrain_references_free(RefrainReference *references) {
    free(references);
}
