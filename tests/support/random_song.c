#include "tests/support/random_song.h"

#include "app/studio/song.h"
#include "tests/support/check.h"
#include "tests/support/notes.h"
#include "tests/support/random_music.h"

static BarSource random_source(Rng *rng) {
    BarSource source = {.kind = (RecipeKind)rng_below(rng, RECIPE_NOTES + 1),
                        .locked = rng_below(rng, 4) == 0};
    if (source.kind <= RECIPE_CONTEXT) source.bar = rng_below(rng, 2) * rng_below(rng, 12);
    for (int i = 0; source.kind == RECIPE_NOTES && i < RECIPE_STEPS; i++)
        source.step[i] = (uint8_t)(rng_below(rng, 2) ? STEP_HOLD : STEP_PITCH + 60 + rng_below(rng, 12));
    if (source.kind == RECIPE_MIX) source.mix = (float)(1 + rng_below(rng, 9)) / 10;
    if (source.kind == RECIPE_POSTERIOR || source.kind == RECIPE_PRIOR) {
        source.seed = rng_next(rng) >> 12;
        source.temperature = (float)(1 + rng_below(rng, 20)) / 10;
    }
    return source;
}

void random_song(Document *out, Rng *rng) {
    Error err = {{0}};
    document_deinit(out);
    document_init(out);
    Track track = {0};
    for (int i = 0; i < DOCUMENT_SCORES; i++) {
        random_track(&track, rng, 4 + rng_below(rng, 8));
        strcpy(track.name, i == DOCUMENT_CONTEXT ? "Random context" : "Random song");
        if (i == DOCUMENT_CONTEXT) track.program = 12;
        Timeline *timeline =
            timeline_plain(0, i == DOCUMENT_CONTEXT ? 400000 : TIMELINE_QUARTER_US, (Meter){0}, &err);
        check_ok(notes_score(&out->score[i], &track, timeline, &err), &err);
        track_deinit(&track);
    }
    check_ok(bar_normalise(out, &err), &err);
    for (int i = 0; i < out->recipe.count; i++) out->recipe.bar[i] = random_source(rng);
    out->loop_start = 480;
    out->loop_end = 1920;
    out->looping = rng_below(rng, 2);
    key_parse(&out->key[DOCUMENT_ORIGINAL], "F#m");
    key_parse(&out->key[DOCUMENT_CONTEXT], "D dor");
    out->fit = (DocumentFit){DOCUMENT_ALIGN_KEY, 3, {2, KEY_DORIAN, true}, {5, KEY_MAJOR, true}};
    check_ok(takes_keep(&out->takes, "a \"take\"", &out->recipe, &err), &err);
    out->temperature = 0.65;
    out->seed = 4711;
    check_ok(bar_normalise(out, &err), &err);
}

unsigned char *random_song_bytes(const Document *document, size_t *size) {
    unsigned char *bytes = NULL;
    Error err = {{0}};
    check_ok(song_bytes(document, NULL, NULL, &bytes, size, &err), &err);
    return bytes;
}
