/* Fuzz target: any text as a song's settings, as a stranger's file or a damaged recovery file may hold it. What is accepted
 * must keep the document's invariants and come back the same. */
#include <stdlib.h>
#include <string.h>

#include "app/studio/song.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check(const Document *document) {
    if (document->recipe.count < 1 ||
        document->has_context != (document_voice(document, DOCUMENT_CONTEXT)->count > 0))
        abort();
    if (document->looping && document->loop_end <= document->loop_start) abort();
    if (!document_temperature_fits(document->temperature)) abort();
    SmfSong again;
    Document back = {0};
    if (!song_build(&again, document, NULL, NULL, NULL)) return;
    if (!song_read(&back, NULL, NULL, &again, NULL, NULL) || !document_equal(document, &back)) abort();
    document_deinit(&back);
    smf_song_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    SmfSong song = {.count = 2};
    for (int i = 0; i < 2; i++) {
        melody_init(&song.track[i]);
        strcpy(song.track[i].name, i ? "context" : "original");
        for (int note = 0; note < 8; note++)
            melody_insert(&song.track[i], (Note){note * 960, 480, (uint8_t)(60 + note), 80}, NULL);
    }
    song.state = malloc(size + 1);
    if (!song.state) return 0;
    memcpy(song.state, bytes, size);
    song.state[size] = '\0';
    Document document = {0};
    Score result = {0};
    SongFile file = {0};
    if (song_read(&document, &result, &file, &song, NULL, NULL)) check(&document);
    song_file_deinit(&file);
    score_deinit(&result);
    document_deinit(&document);
    smf_song_deinit(&song);
    return 0;
}
