/* Fuzz target: any text as a song's settings, as a stranger's file or a damaged recovery file may hold it. What is accepted
 * must keep the document's invariants and come back the same. */
#include <stdlib.h>
#include <string.h>

#include "app/studio/song.h"
#include "midi_io/score_file.h"
#include "midi_io/smf_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool read_song(Document *out, const unsigned char *bytes, size_t size) {
    Score score = {0}, result = {0};
    SmfReading reading = {0};
    SongFile file = {0};
    bool ok = score_file_parse(&score, &reading, bytes, size, "", NULL, NULL, NULL) &&
              song_read(out, &result, &file, &score, &reading, NULL);
    song_file_deinit(&file);
    score_deinit(&result);
    score_deinit(&score);
    smf_read_deinit(&reading);
    return ok;
}

static void check(const Document *document) {
    if (document->recipe.count < 1 ||
        document->has_context != (document_voice(document, DOCUMENT_CONTEXT)->count > 0))
        abort();
    if (document->looping && document->loop_end <= document->loop_start) abort();
    if (!document_temperature_fits(document->temperature)) abort();
    unsigned char *bytes = NULL;
    size_t size;
    Document back = {0};
    if (!song_bytes(document, NULL, NULL, &bytes, &size, NULL)) return;
    if (!read_song(&back, bytes, size) || !document_equal(document, &back)) abort();
    document_deinit(&back);
    free(bytes);
}

/* Eight notes, from this pitch on. */
static void fill(Score *score, int pitch) {
    Track *track = score_edit_voice(score, 0, NULL);
    for (int note = 0; track && note < 8; note++)
        track_insert(track, (Note){note * 960, 480, (uint8_t)(pitch + note), 80}, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    Score original = {0}, context = {0};
    SmfState state = {.text = malloc(size + 1)};
    SmfImage *image = &state.image[SMF_IMAGE_CONTEXT];
    if (!state.text) return 0;
    memcpy(state.text, bytes, size);
    state.text[size] = '\0';
    fill(&original, 60);
    fill(&context, 50);
    unsigned char *file = NULL;
    size_t file_size;
    Document document = {0};
    if (smf_write(&context, (Key){0}, NULL, &image->bytes, &image->size, NULL) &&
        smf_write(&original, (Key){0}, &state, &file, &file_size, NULL) &&
        read_song(&document, file, file_size))
        check(&document);
    document_deinit(&document);
    score_deinit(&original);
    score_deinit(&context);
    smf_state_deinit(&state);
    free(file);
    return 0;
}
